"""Words of track names in other languages than English. Those of Romance languages put the head of a phrase first ("Guitare basse").

All kinds of letters stand here as they are written; `mixassistant.stems.names.text.plain` brings them to one form.
"""

from __future__ import annotations

# The last noun of a phrase decides here, as in English; compounds end with it ("Kontrabassklarinette").
HEAD_LAST = {
    "vocals": """
        gesang gesänge stimme stimmen vokal vokals vocalspur sänger saenger sängerin saengerin sängerinnen chor chöre choere
        backgroundchor frauenchor männerchor kinderchor gospelchor chorgesang sopran tenöre sprecher sprecherin sprache hauptstimme
        zang zanger zangeres stemmen koor achtergrondzang leadzang
        sång sångare sångerska kör vokaler vokal kor sanger sangerinde korister stämmor
        wokal wokale wokalu wokali wokalista głos glosy głosy chór chórki chorki śpiew
        вокал вокалы вокала голос голоса голосов хор хоры бэки бэк бэквокал бэквокалы подпевки подпевка певец певица речитатив
        laulu laulut ének vokál vokály zpěv φωνή φωνητικά vokaller שירה
        """,
    "drums": """
        schlagzeug schlagwerk trommel trommeln grosstrommel becken perkussion perkussions rassel rasseln pauke pauken triangel
        schellenkranz
        schelle schellen kuhglocke klatschen klatscher fußtrommel snaretrommel hihatbecken standtom hängetom röhrentrommel holzblock
        kastagnetten schnipsen
        drumstel slagwerk trom trommels bekken bekkens tamboerijn handgeklap pauken
        trommer trummor trumma trommesett slagverk tamburin virvel virveltrumma bastrumma cymbaler lilletromme stortromme skarptromme
        stortrumma handklapp
        perkusja perkusji bębny beben bęben werbel talerze talerz stopa blachy przeszkadzajki kongi tamburyn kotły grzechotka
        барабан барабаны барабанов барабана ударные ударных установка бочка бочки малый рабочий тарелка тарелки хэт хэты хайхэт хайхет
         перкуссия перкашн том томы альты бубен клэп клэпы хлопок хлопки хлопков шейкер оверхед оверхеды оверхэды литавры ковбелл
        конги бонги джембе дарбука кахон снейр кик крэш райд треугольник
        rummut perkussiot dobok ütősök bicí bubny davul τύμπανα vurmalı
        """,
    "bass": """
        kontrabass kontrabässe bassgitarre bassgitarren bassgit bassspur zupfbass
        bas basgitaar contrabas basgitarr basgitara kontrabas elbas ståbas synthbas
        бас басы баса basu басс контрабас басгитара саббас суббас субббас
         basszus basszusgitár baskytara μπάσο
        """,
    "other": """
        gitarre gitarren git akustikgitarre westerngitarre konzertgitarre stromgitarre klampfe klavier klaviere flügel fluegel
        orgel kirchenorgel tasten streicher geige geigen bratsche bratschen violine violinen celli bläser blaeser blechbläser
        holzbläser trompete trompeten posaune posaunen waldhorn waldhörner althorn tenorhorn baritonhorn alphorn steeldrum flügelhorn
        saxofon saxophon saxofone querflöte flöte floete flöten
        blockflöte klarinette klarinetten fagott fagotte oboen harfe harfen akkordeon ziehharmonika mundharmonika zither hackbrett glocken
        glocke glockenspiel röhrenglocken spieluhr synthesizer synthi synthies flächen fläche effekt effekte geräusche geräusch rauschen
        atmo instrumente orchester sonstiges restliche halbplayback vollplayback dudelsack maultrommel leier laute cembalo
        gitaar gitaren toetsen strijkers blazers viool violen altviool trompet trompetten dwarsfluit fluit klarinet klavecimbel saxofoon
        effecten accordeon koperblazers houtblazers
        gitarr gitarer klaver tangenter stråk stråkar blås fiol fioler fela trumpeter trekkspill dragspel strykere blåsere
        munspel elgitarr elgitar akustisk elpiano fløyte flöjt harpa
        gitara gitary gitar klawisze fortepian pianino smyczki skrzypce altówka wiolonczela trąbka trąbki puzon saksofon flet klarnet
        organy
        akordeon syntezator dęte dzwonki efekty fagot obój harfa harmonijka wibrafon
        гитара гитары гитар гитару клавиши клавишные пианино рояль фортепиано синтезатор синт синты скрипка скрипки альт виолончель
        струнные
        орган аккордеон баян гармошка гармонь балалайка домра труба трубы тромбон тромбоны туба саксофон сакс саксы флейта кларнет гобой
        фагот валторна духовые медь арфа колокольчики колокола ксилофон маримба вибрафон пэд пэды пад плак лид арпеджио эффекты эффект
        шум шумы инструментал минус минусовка фонограмма остальное прочее банджо мандолина укулеле губная гусли клавесин челеста
        оркестр электропиано подклад
        kitara kitarat koskettimet jouset gitár zongora kytara kytary klávesy smyčce κιθάρα πιάνο πλήκτρα keman gitarlar bağlama
        """,
}
# The first noun decides.
HEAD_FIRST = {
    "vocals": """
        voix chant chants chanteur chanteuse chanteurs choeur choeurs chœur chœurs rappeur chuchotement
        voz voces coro coros canto cantante cantantes vocales vozes vocais cantor cantora cantores cantoras rapero
        voce voci cori cantato cantante vocali coretti coristi controcanto parlato
        """,
    "drums": """
        batterie caisse grossecaisse caisseclaire charley charleston charlé cymbale cymbales tambour tambours tambourin
        timbales maracas claquements grelots djembé percu percus
        batería bateria baterias tambor tambores caja redoblante tarola platillo platillos percusión percusiones bombos pandereta
        panderetas palmas cencerro timbal timbales güiro güira cajón congas tumbadoras campana platos conga bombo contratiempos hihats
        caixa bumbo chimbal prato pratos percussão percussões surdo surdos tamborim zabumba triângulo ganzá caixas pandeirola
         surdão palma
        batteria cassa grancassa rullante piatto piatti tamburo tamburi percussione percussioni timpano charleston tamburello campanaccio
        nacchere timpani triangolo maracas
        """,
    "bass": """
        basse basses contrebasse contrebasses infrabasse
        bajo bajos contrabajo contrabajos
        baixo baixos contrabaixo contrabaixos baixolão
        basso bassi contrabbasso contrabbassi sintebasso
        """,
    "other": """
        guitare guitares clavier claviers orgue orgues cordes violon violons violoncelle cuivres trompette trompettes flûte flûtes
        accordéon synthé synthés nappe nappes cor cors hautbois clarinette clarinettes basson vents bois harpe clavecin cloches autres
        effets
        bruit bruits bruitage bruitages instruments saxo carillon célesta contrechant orchestre vielle cornemuse
        guitarra guitarras requinto teclado teclados cuerdas violín violines viola violas violonchelo violonchelos chelo chelos metales
        vientos
        trompeta trompetas trombón trombones flauta flautas acordeón sintetizador sintetizadores sinte sintes órgano otros otras efectos
        efecto ruido
        ruidos saxofón saxofones clarinete clarinetes oboe fagot arpa arpas armónica gaita gaitas campanas campanillas tuba trompa trompas
        instrumentos orquesta maderas acordeones bandoneón marimba laúd
        violão violões cordas violino violinos violoncelo metais sopros trompete trompetes sanfona órgão outros outras efeitos ruídos
        saxofone
        clarineta harpa gaita cavaco cavaquinho sintetizadores sinos escaleta rabeca orquestra madeiras
        chitarra chitarre tastiera tastiere pianoforte archi fiati ottoni tromba trombe trombone tromboni fisarmonica sintetizzatore
        sintetizzatori sint altro altri violino violini violoncello violoncelli viole sassofono sassofoni sax clarinetto clarinetti oboi
        fagotto
        fagotti flauto flauti arpa arpe organo clavicembalo effetti effetto rumore rumori strumenti strumentale armonica corno corni
        campane mandolino legni orchestra tappeto
        """,
}
# Words in an adjective's place in those languages, ranked as in English.
WEAK_NOUNS = {
    "vocals": "harmonie harmonies coral corista coristas armonías armonía harmonias armonie segundas tenore tenori barítono",
    "drums": " ",
    "other": "rest ritmica rítmica rhythmus",
}
PLACES = {"drums": "raum raummikro räume комната комнаты рум aéreos aereos salle sala panoramiche stanza "}
SHAPES = {
    "other": """
        melodie mélodie melodía melodia melodien мелодия akkorde аккорды solista соло arpège arpegio arpeggi ritm ритм atmósfera
        música musique музыка musik banda ruis brus
        """,
}
PHRASES = {
    "bass": """
        gitara basowa | guitare basse | guitares basses | guitarra baixo | guitarra bajo | guitarra baixa | chitarra basso | synth basse |
        synthé basse | basse synthé | sinte bajo | sint basso | synth basso | synth bajo | synth baixo | бас гитара | bass gitarre |
        bass git | bas gitaar | бас синт | bas gitara
        """,
    "drums": """
        tom basse | basse tom | tom bas | хай хет | хай хэт | reco reco | большой барабан | бас барабан | grosse caisse | caisse claire |
        gran cassa | caixa clara | große trommel | grosse trommel | kleine trommel | grote trom | kleine trom | stor tromme |
        lille tromme
        """,
    "vocals": "voix basse|voce basso|voz bajo|voz baixo|бэк вокал|back vocal|zweite stimme|chœur basse",
    "other": "viola caipira|cor anglais|corno inglese|губная гармошка|ensemble cordes|base musicale|pista musical|tambour acier",
}
# How compounds end: "Leadgesang", "Akustikgitarre", "Snaretrommel", "Kirchenorgel".
ENDINGS = {
    "vocals": "gesang gesänge stimme stimmen vokal vokals vocals zang вокал",
    "drums": "schlagzeug trommel trommeln becken drums trumma tromme trommer trummor pauke pauken rassel klatschen",
    "bass": "bassgitarre basgitaar basgitarr kontrabass",
    "other": """
        gitarre gitarren gitaar gitaren gitarr gitarer klavier klaviere orgel orgeln streicher bläser blaeser geige geigen flöte flöten
        floete klarinette klarinetten trompete trompeten posaune posaunen saxofon saxophon harfe harmonika fagott oboe violine flügel
        effekte glocken synthesizer piano orchester fluit klarinet гитара гитары
        """,
}
# Scripts without spaces between words: found anywhere in the name; the longest and last decides.
SYLLABLES = {
    "vocals": """
        ボーカル ヴォーカル ヴォイス ボイス コーラス 歌声 声 合唱 ハモリ ハモ ラップ セリフ 仮歌 人声 人聲 主唱 和声 和聲 伴唱 合音 和音
        女声 男声 女聲 男聲 说唱 念白
        보컬 코러스 목소리 합창 랩
        """,
    "drums": """
        ドラム ドラムス キック スネア ハイハット シンバル パーカッション タム クラップ 打楽器 太鼓 バスドラム ベースドラム タンバリン
        シェイカー シェーカー カホン コンガ ボンゴ カウベル
        オーバーヘッド フロアタム ロータム ハイタム ミッドタム ライド クラッシュ ティンパニ トライアングル 大太鼓 小太鼓 和太鼓 打击 打擊
        鼓组 鼓組 架子鼓 大鼓 小鼓 军鼓 軍鼓 底鼓 手鼓 踩镲 镲 铃鼓 沙锤 低音鼓 电鼓
        드럼 킥 스네어 퍼커션 하이햇 심벌 탐 베이스드럼 클랩 쉐이커 탬버린 봉고 콩가
        """,
    "bass": """
        ベース シンセベース ベースギター ウッドベース コントラバス エレキベース ギターベース サブベース 贝斯 貝斯 低音 低音提琴 电贝司 贝司
        贝斯吉他 低音吉他
        베이스 베이스기타 신스베이스 콘트라베이스 더블베이스
        """,
    "other": """
        ギター ピアノ シンセ キーボード ストリングス オルガン エレピ ローズ パッド アルペジオ リード バイオリン ヴァイオリン ビオラ
        ヴィオラ チェロ 弦楽 トランペット トロンボーン ホルン ブラス サックス フルート クラリネット
        オーボエ ファゴット ハーモニカ アコーディオン ハープ 三味線 琴 尺八 マリンバ ビブラフォン グロッケン ベル 効果音 エフェクト オケ
        カラオケ 伴奏 木管 金管 管楽器 アコギ エレキ その他 テューバ チューバ バスクラリネット ウクレレ
        吉他 钢琴 鋼琴 合成器 键盘 鍵盤 弦乐 弦樂 小提琴 中提琴 大提琴 小号 長号 长号 圆号 萨克斯 长笛 笛子 单簧管 双簧管 口琴 手风琴 二胡
        古筝 琵琶 竖琴 管风琴 铜管 木管 效果 伴奏 其他 音效 管弦乐 铺底
        기타 피아노 신스 건반 스트링 패드 현악 바이올린 첼로 비올라 트럼펫 색소폰 플루트 오르간 브라스 효과음 반주 통기타 일렉기타
        오케스트라 클라리넷
        """,
}
WHOLE_SIGNS = {"vocals": "歌 唱", "drums": "鼓", "bass": "", "other": "弦 琴 笛"}
