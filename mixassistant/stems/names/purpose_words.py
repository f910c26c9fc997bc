"""Words of files that lie beside stems and are none: bounces of the mix, accompaniments, clicks, guides, references.

English, German, French, Spanish, Italian, Portuguese, Dutch, Nordic, Polish and Russian together; neighbours stand between bars.
"""

from __future__ import annotations

# They say so wherever they stand.
CERTAIN = {
    "reference": """
        reference | references | ref | refs | reftrack | refmix | referenz | referenzen | référence | références | referencia |
        referencias | referência | referências | riferimento | riferimenti | referentie | referens | referencja | референс | референсы |
        реф
        """,
    "guide": """
        guide | guides | guidetrack | guia | guía | guida | pilotspur | leitspur | scratch vox | scratch vocal | scratch vocals |
        scratch gtr | scratch guitar | scratch track | scratch piano | scratch keys | scratch bass | scratch drums | pilot vox |
        pilot vocal | pilot vocals | pilot track | pilot gtr | pilot guitar | pilotgesang | voix témoin | voz guía | voz guia |
        voce guida | talkback | talk back | slate | smpte | ltc | timecode | time code | cue mix | cue track | md cues | md cue | гайд |
        пилот
        """,
    "click": """
        click | clicks | clicktrack | clic | klick | klik | klicktrack | metronome | metronom | metronomo | metrónomo | metrônomo |
        métronome | metronoom | metronomi | count in | countin | count off | tempo map | claqueta | claquette | клик | метроном |
        takt click
        """,
    "acapella": """
        acapella | acapellas | acappella | accapella | acca | acap | a capella | a cappella | a cap | capella | cappella | acapela |
        а капелла | акапелла | акапела | vocals only | vocal only | vox only | voices only | only vocals | nur gesang | voix seule |
        voix seules | solo voz | solo voces | solo voce | solo voci | só voz | só vozes | только вокал | только голос | alleen zang
        """,
    "accompaniment": """
        instrumental | instrumentals | intrumental | instrumentale | strumentale | instrumentaal | karaoke | playback | halbplayback |
        minus one | minusone | mmo | backing track | backing tracks | backingtrack | tv track | tv mix | tv version | tvmix | tvtrack |
        music only | music minus one | type beat | base musicale | pista musical | pista karaoke | минус | минусовка | инструментал |
        караоке | фонограмма
        """,
    "mix": """
        endmix |
        mix | mixes | mixdown | mixdowns | mix down | master | masters | mastered | mastering | premaster | premasters | premastered |
        pre master | mstr | unmastered | unmaster | premix | pre mix | songmix | newmix | mymix | mainmix | finalmaster | fullmix |
        stereomix | stereosumme | finalmix | roughmix | mixture | mixage | mezcla | mistura | mixagem | missaggio | abmischung |
        gesamtmix | summenmix | masterizado | masterisé | masterizzato | masterizada | 2 track | two track | 2 tracks | 2 trk | 2 trks |
        2 tk | 2 mix | stereo out | stereo output | stereo outs | main out | main outs | main output | master out | master output |
        mix bus | mix buss | mixbus | master bus | masterbus | 2 bus | 2 buss | two bus | stereo bus | out 1 2 | output 1 2 | summe |
        микс | мастер | сведение | миксдаун | eindmix
        """,
}
# They say so only where little else is said, or a stem or a song may be called so too.
POSSIBLE = {
    "guide": "scratch|pilot|pilote|cue|cues|count|führung|témoin|mtc",
    "click": "tempo|takt|metro",
    "accompaniment": "beat|inst|instr|tv|pb|minus|instru|no vox",
    "mix": """
        main | rough | roughs | print | prints | final | finals | finale | bounce | bounces | bounced | bounce in place | output |
        outputs | demo | full | full band | sum | stereo | gesamt | completo | completa | definitivo | endfassung | финал | полный |
        export | render | 2 bounce
        """,
}
# In scripts without spaces, anywhere in the name.
SIGNS = {
    "guide": "ガイド 仮歌 가이드 导唱",
    "click": "クリック メトロノーム 节拍器 節拍器 클릭 메트로놈",
    "reference": "リファレンス 参考 參考 레퍼런스",
    "acapella": "アカペラ 清唱 아카펠라",
    "accompaniment": "カラオケ オフボーカル インスト 伴奏 반주",
    "mix": "ミックス マスター 混音 母带 母帶 믹스 마스터 成品 完成版",
}
# What a version of a song is called, behind its title.
VERSIONS = """
    original extended radio club dub remix remixed rmx edit vip bootleg rework reworked remaster remastered version live feat ft featuring
    acoustic album single deluxe cover bonus explicit unplugged mashup refix flip inch
    """
# Words before "mix" that make it a bounce of this song, and not a version by someone.
BOUNCES = "final rough stereo full main pre ref tv unmastered mastered loud clean new alt alternate dry wet mono monitor the my a test last"
# Version words that stand without brackets or a dash behind a title.
BARE_VERSIONS = """
    original mix | extended mix | radio mix | club mix | dub mix | radio edit | club edit | original version | extended version |
    album version | single version | vip mix | extended remix
    """
