"""Words beside an instrument that say how, where, which and when, and decide nothing: microphones, processing, takes, what DAWs add."""

from __future__ import annotations

# Beside an instrument's word, each of these leaves a name one of a track and not of a song.
QUALIFIERS = """
    drop drops bed beds key di amp amps cab cabs head mic mics mike in out top bottom btm bot tp bt close far near mid side center centre
    front rear back backing inside outside batter beater shell ribbon condenser dynamic sm7 sm57 sm58 u47 u67 u87 c414 md421 re20 d112 d6
    e906 e609 km184 akg neumann shure sennheiser coles royer beta beta52 beta91 telefunken elam c12 r121 r84 subkick blend phase mono
    stereo st lr rl ms xy ortf l r c left right ctr lft rgt links rechts li re gauche droite izq der izquierda derecha esq dir sx dx dbl
    dbls double doubles doubled doub dub dt dtd adt trk track tracks trks triple quad stack stacks layer layers layered unison oct octave
    octaves low lo lows high hi hig mids wide narrow thick thin soft hard loud quiet big small bright dark warm fat clean cln dist
    distorted distortion dirty dirt drive driven od overdrive fuzz crunch saturated sat wah phaser flanger tremolo trem vibrato gate gated
    trig trigger triggered samp sample samples smp sampled spl replaced augmented aug parallel par crush crushed smash smashed squash comp
    compd cmp compressed compression limited lim eq eqd tuned tune melodyne autotune at unprocessed processed proc fx wet dry wetdry verb
    verbs reverb reverbs rvb rev delay delays dly dlys echo echoes slap chamber plate hall spring amb ambi return returns rtn send sends
    aux chorus chor ens ensemble section sect sec grp group groups bus buss busses buses sum sums sub subs summing stem stems multi multis
    print prints printed prt bounce bounced bnc bip render rendered rend export exported mix mixed mixdown master final fin edit edits
    edited ed take takes tk pass ver vers version v vs alt alts alternate opt option new old raw orig original cons consolidated merged
    merge cm dup copy flat wip full main all only solo soli duo trio ld bk bck bgr fg prod pt part parts pts pre post intro outro verse
    verses vrs chr ch bridge br hook hooks pc refrain end ending build builds buildup breakdown fill fills tag turnaround loop loops lp one
    shot oneshot shots roll rolls flam flams ghost ghosts swell swells crescendo hits hit accent accents acoustic acoustics ac acc acou
    acous act aco electric electrics elec ele el elek elect electronic e a nylon steel string strings slide finger fingered picked pick
    muted mute mutes pizz pizzicato arco legato stacc staccato spiccato sustain sus sustained marcato bowed plucked strum strummed strums
    strumming arpeggiated riff riffs power harmonic harmonics feedback bend bends rhy rhyt rhyth rthm rhym counter female male fem men
    women boys girls kids children first second third 1st 2nd 3rd 4th i ii iii iv primary secondary audio midi inst instr input inp channel
    chan chn file rec recording recorded record region live studio session demo rough temp wav aif aiff flac mp3 bpm khz hz bit bits db vst
    vsti au plugin software analog analogue digital vintage modern classic modular grand baby tack honky tonk toy prepared felt tape kit
    set closed open opened pedal pedals half tight loose short long shorts longs rack floor crash wood metal metallic deep punch punchy
    snappy click clicky attack body house trap techno edm dnb rock jazz funk latin world ethnic african brazilian cuban indian chinese
    tibetan japanese french english spanish pop tribal ballad percussive drawbar reed church rotary jazzbass pbass jbass precision fretless
    slapped synth synthetic fm wavetable saw square sine pulse detuned growl wobble wob filtered filter mod modulated sidechain sc ducked
    hpf lpf airy breath breathy whispered shouted screamed spoken lead leads harm harmony background backgrounds backup backups bkg bkgd
    doubler dble dbld leise laut trocken nass raum akustisch akustische elektrisch elektrische verzerrt zerre hinten vorne oben unten innen
    außen aussen mitte haupt hintergrund spur gruppe summe erste zweite dritte neu fertig acoustique électrique électro principale
    principal arrière haut bas dedans dehors piste prise ambiance saturée sature claire propre queue aigu aigus grave graves féminine
    masculine femme homme à de du des d acústica acústico eléctrica eléctrico principales arriba abajo dentro fuera toma pista limpia
    limpio distorsionada femenina masculina guía fondo fondos apoyo criolla española clásica elétrica elétrico principais fundo apoio cima
    baixo fora faixa tomada limpa distorcida feminina guia aço o os as do da dos das acustica acustico elettrica elettrico sopra sotto
    fuori traccia pulita distorta femminile maschile sala ospite accompagnamento del della dei левый правый левая правая акустическая
    акустика электро электрогитара основной основная лид дабл верх низ дорожка трек комната ритм-гитара подзвучка чистый чистая дист
    мужской женский соло первый второй
"""
# Words that are a qualifier only right behind a drum that has two heads, or a sweep: "Snare Down"; but a song is called "Bass Down Low".
HEADS = "up down dn under over"
HEADED = "sweep sweeps riser risers fx noise snare sn snr snares tom toms kick drum"
# What a name says is not in the file: "no vocals", "ohne Drums", "minus vox".
NEGATIONS = "no non without wo minus ohne sans sin senza sem без zonder uden utan uten bez less w/o"
NEGATED_SIGNS = "なし 抜き 無し ぬき 無 去 无 除去 없는 제거 없음"
# The same behind what is missing: "Vocals Removed", "Vocal-less".
NEGATED_BEFORE = "removed less muted"
# Words with their negation inside.
NEGATED = "drumless bassless novox novocals novocal nodrums nobass nolead minusone vocalless"
# Two things of equal weight in one file.
CONJUNCTIONS = "+ & and und et y e och og i и plus n with mit avec con com met med"
