"""English words of track names, with General MIDI's instruments and percussion, and what engineers shorten them to.

Four ranks, since words compete: in "Piano Room" the piano decides, in "Tenor Sax" the sax, and "Room" or "Tenor" alone say what they say.
The instruments are those of the General MIDI sound set (programs 1–128, percussion keys 27–87), of the orchestra, and those that the words
of public multitrack sessions name.
"""

from __future__ import annotations

# Instruments and voices: one of these decides.
NOUNS = {
    "vocals": """
        vox voxs voxes vocal vocals voc vocs vokal vx vocalist vocalists voice voices voiceover voicover vo vos lv lvs lvox ldvox ldv ldvoc
        leadvox leadvocal leadvocals backingvocal backingvocals bgvox bgvocal bgvocals bgvoc bvox bvoc bkv bckv bckvox bkvox bv bvs bvx bgv
        bgvs bvocals lvocal lvocals singer singers sing singing rap raps rapper rappers rapping adlib adlibs choir choirs choral chorale
        vocoder vocoders vocoded talkbox acapella acappella capella cappella acapellas pella speech spoken dialogue dialog narration
        narrator narrative monologue oohs ooohs aahs ahhs aaahs ohhs oohahs wordless humming yodel yodeling yodelling falsetto countertenor
        mezzo mezzosoprano crooner toasting sprechgesang scat scatting shouting screaming
        """,
    "drums": """
        drum drums batt drm drms drs drummer drumkit drumkits drumset drumbus drumloop drumloops drumbeat drumbreak drumbreaks drumfill
        drumfills drumroom drrm drumrm bassdrum bassdrums kickdrum snaredrum kick kicks kik kck kickin kickout kickdrums kin kout bd sd sn
        sns snr snrs snre snare snares rimclick rimshot rimshots sidestick crossstick xstick hat hats hihat hihats highhat highhats hh hhs
        hho hhc ohh chh openhat closedhat ride rides rideb crash crashes crsh cym cyms cymb cymbs cymbal cymbals splash splashes china
        chinas toms floortom racktom flrtom fltom tomtom tomtoms clap claps clp handclap handclaps handclapping snap snaps fingersnap
        fingersnaps stomp stomps perc percs prc percussion percussions percussionist percloop shaker shakers shkr shk tambourine
        tambourines tamb tambs tambo tambos tmb tamborine cowbell cowbells conga congas cngs quinto tumba tumbadora bongo bongos bngs cajon
        cajons timbale timbales timbal timbau breakbeat breakbeats tops toploop djembe djembes darbuka darbouka darabuka doumbek dumbek
        dumbec tabla tablas dholak dhol mridangam ghatam kanjira pakhawaj daf riq bendir taiko taikos okedo shime nagado udu bodhran bombo
        surdo surdos tamborim tamborims repinique repique agogo agogos cuica pandeiro ganza caxixi caxixis chocalho batucada zabumba
        atabaque maracas maraca cabasa cabassa guiro clave claves vibraslap castanets castanet triangle triangles woodblock woodblocks
        wdblk wblk templeblock templeblocks ratchet whip flexatone rainstick sleighbells jinglebells jingles windchime windchimes chimetree
        marktree gong gongs tamtam timpani timps timp tympani kettledrum kettledrums tambora bata batas ashiko talkingdrum sabar dununs
        dunun dundun djun djundjun framedrum spoons washboard linndrum linn simmons boomwhackers
        """,
    "bass": """
        bass basses bassline basslines subbass subbas midbass bassgtr bassguitar bassdi bassamp bassdrive bassfx contrabass contrabasses
        doublebass dblbass uprightbass ebass abass gtrbass synthbass synbass bassynth basssynth reese reeses bassguitars bassgt basssub bs
        bss bassy bassmidi fretlessbass slapbass keybass moogbass logdrum
        """,
    "other": """
        guitar guitars guit guits guitr gtr gtrs gt gts gtar gitar acgtr acgtrs acousticgtr elgtr elecgtr elecgt elecgtrs agtr egtr agtrs
        egtrs agt egt aguit eguit acgt hgtr rgtr lgtr ldgtr rhygtr nylongtr banjo banjos mandolin mandolins mando mandos ukulele ukuleles
        ukelele uke ukes dobro resonator bouzouki balalaika charango cavaquinho lute lutes oud ud saz baglama tanbur sitar sitars sarod
        tanpura tambura santoor santur veena sarangi dilruba koto shamisen biwa guzheng pipa erhu guqin gayageum zither dulcimer autoharp
        harp harps lyre psaltery piano pianos pno pnos grandpiano toypiano keys keyz kys kybd kbd keyboard keyboards ekeys epiano rhodes
        rhds rhod rhode rhd wurli wurly wurlitzer wurl clav clavi clavinet clavichord harpsichord harpsi cembalo spinet celesta celeste
        organ organs org orgn hammond leslie farfisa harmonium mellotron accordion accordions accordian accord bandoneon concertina
        melodica harmonica harmonicas synth synths polysynth syn syns snth synthe synthesizer synthesizers synthesiser synthlead synthpad
        synthpads supersaw supersaws moog minimoog juno mopho minilogue microkorg optigan omnichord hoover theremin pad pads strings strg
        strgs strgns strs stringsection quartet violin violins vln vlns vlin viola violas vla vlas cello cellos celli violoncello vc vcs
        vlc vcl fiddle fiddles nyckelharpa gamba viol viols brass brs horn horns hrn hrns hns hn frenchhorn trumpet trumpets tpt tpts trpt
        trp trps tmpt trumpt flugelhorn flugel fluegelhorn flugelhorns cornet cornets trombone trombones tbn tbns trb trbn tuba tubas tba
        sousaphone euphonium saxhorn sax saxes saxs saxophone saxophones asax tsax bsax ssax altosax tenorsax barisax sopsax woodwind
        woodwinds winds wdwnds reeds flute flutes flt flts piccolo picc fife clarinet clarinets clar clr clari oboe oboes bassoon bassoons
        bsn contrabassoon bassclarinet bassflute basstrombone basssax englishhorn shakuhachi ney duduk didgeridoo didge panpipe panpipes
        panflute ocarina bagpipe bagpipes pipes uilleann shawm shanai shehnai crumhorn kazoo bells glock glockenspiel xylophone xylo
        vibraphone vibraphones vibes vibe marimba marimbas mallet mallets chimes tubularbells crotales kalimba mbira sansula handpan
        hangdrum steelpan steelpans steeldrum steeldrums gamelan celestia musicbox orchestra orchestras turntable
        turntables scratches scratching instruments instrumental instrumentals karaoke playback drumless
        """,
}
# Instruments in an adjective's place: they decide where no noun does ("Tenor Sax", "Upright Piano", "808 Kick", "Kick Sub", "Tom Guitar").
WEAK_NOUNS = {
    "vocals": """
        tenor tenors alto altos soprano sopranos backing backings bg bgs bgd harmony harmonies harm harms gang gangs scream screams growls
        shouts shout whisper whispers yell yells hum hums ooh ooohs oooh aah aaah ah ahh ahhh ahhhh aahs chant chants ldvc ldvcomp breaths
        """,
    "drums": """
        tom rack kit beat beats beatz break breaks floor flr ft rt rim dr stick sticks brush chime 909 707 606 tr909 tr808 tr707 tr606 cr78
        lm1 sp12
        """,
    "bass": "sub subs 808 upright 303 tb303",
    "other": "eg ag b3 steel bell cuatro string ep cp70 dx7 m1 jv1080 tx81z d50 juno106 ac30",
}
# Microphones of a kit, where nothing else is named ("Piano OH" is a piano).
PLACES = {"drums": "oh ohs overhead overheads ohds ovhd ovhds ovh room rooms rm rms roommic stoh"}
# What sounds do, whoever makes them ("Vocal Riser" is a voice, "Bass Pluck" a bass).
SHAPES = {
    "bass": "acid",
    "other": """
        lead leads acoustic acoustics electric electrics rhythm rhythms fx melody melodies melodic chord chords stab stabs arp arps
        arpeggio arpeggios arpeggiator pluck plucks pluk plk lick licks noise whitenoise texture textures ambience ambiences ambiance atmos
        atmo atmosphere drone drones glitch glitches beep beeps boom booms rise rises reverse vinyl crackle hit hits other others music
        musics microcosm recorder recorders whistle whistles whistling crowd applause ambient sequence seq sequencer bleep bleeps blip
        blips sweeper twang riser risers uplifter uplifters downlifter downlifters downer impact impacts whoosh whooshes braam braams sweep
        sweeps effect effects efx sfx soundfx soundscape soundscapes foley nylon strat tele telecaster stratocaster lespaul prophet jupiter
        nord serum massive sylenth omnisphere kontakt diva soundtrack ensemble scratch orch orchestral
        """,
}
# Neighbours that mean something of their own; "" tells nothing.
PHRASES = {
    # In amapiano a log drum plays the bass line.
    "bass": """
        bass guitar | bass guitars | bass gtr | bass gtrs | bass gt | bass guit | bass synth | bass synths | bass syn | bass keys |
        bass key | bass keyboard | sub synth | sub syn | 808 synth | bass moog | bass juno | log drum | log drums | chapman stick |
        bass pad | bass fiddle | bass ukulele | bass uke | u bass
        """,
    "drums": """
        drum synth | drums synth | drum syn | perc synth | kick synth | snare synth | clap synth | hat synth | crash synth | tom synth |
        toms synth | synth tom | synth toms | bass tom | drum pad | drum pads | ride bell | over heads | over head | cow bell | cow bells |
        sleigh bells | sleigh bell | jingle bells | agogo bell | agogo bells | wood block | wood blocks | temple block | temple blocks |
        side stick | cross stick | k in | k out | k sub | s top | s bot | s btm | s bottom | s up | s down | finger snaps | wind chime |
        wind chimes | mark tree | bell tree | chime tree | bar chimes | drum machine | rhythm box | rain stick | foot stomps | body perc |
        top loop | top loops | tam tam | drum break | thunder sheet | floor t | rack t | hi h | high h | tr 808 | tr 909 | tr 606 |
        tr 707
        """,
    "vocals": """
        vocal bass | vox bass | voice bass | choir bass | choir basses | choir soprano | ad lib | ad libs | talk box | voice over |
        a capella | a cappella | a cap | spoken word | male speaker | female speaker | bass singer
        """,
    # Pans and tongues of steel are tuned: they play melodies and chords, as a marimba does.
    "other": """
        bass cl | bass clar | bass clt | bass fl | bass tbn |
        steel drum | steel drums | steel pan | steel pans | tongue drum | pan drum | singing bowl | singing bowls | singing saw |
        vox humana | tuned percussion | tuned perc | pitched percussion | pitched perc | melodic percussion | triangle lead |
        triangle wave | triangle pluck | honky tonk | les paul | rap beat | hand pan | hang drum | steel guitar | synth voice |
        synth voices | synth vox | synth vocal | synth choir | vocal synth | vox continental | vox ac | minus one | bass recorder |
        tenor recorder | alto recorder | soprano recorder | gtr vox | elecgtr vox | egtr vox | guitar vox | music box | backing track |
        backing tracks | backing band | backing music | tubular bells | tv track | tv mix | type beat | sub drop | sub drops | sub boom |
        sub hit | bass drop | bass drops | bass strings | rhythm section | glass harmonica | hand bells | hand bell | church bells |
        cathedral bells | wind machine | string hit | pan flute | pan pipes | jaw harp | jews harp
        """,
    "": "beat box|beatbox|room reverb|room verb|reverb room|verb room|rvb room|rev room|room rev|room rvb|room delay|drums bass|drum bass",
}
# Words that run together without a capital: "kickin", "snaretop", "leadvox", "GTRL".
PIECES = """
    kick kik snare snr sn bd sd hat hats hh oh ohs tom toms drum drums drm clap claps snap snaps perc cymbal cymbals cym crash room rooms
    rm bass sub gtr gtrs gt guit guitar guitars piano pno keys organ org synth syn pad pads strings brass sax horn horns trumpet violin
    cello vox voc vocal vocals voice bv bgv lv choir shaker tamb conga bongo in out top bot btm bottom up down dn di amp mic close far mono
    stereo dbl dt double lead ld bg bk bck back backing main clean dist od drive fuzz elec el ac acou acoustic rhy rhythm comp cmp bus grp
    trig samp sample lo hi low high mid left right floor rack gate verb dry wet fx loop section sect line
"""
