"""What quiz sites, browsers and scanners leave between the questions: the one table of such lines.

Texts are casefolded, stripped and without digits, as :mod:`qticonv.readers.rawtext.noise` compares them.
"""

from __future__ import annotations

#: Lines that are noise wherever they stand, by what they are.
CERTAIN: dict[str, str] = {
    "a card or a set of a flash card site": (
        "not studied ()|still learning ()|mastered ()|terms in this set ()|select these |select all "
        "|you haven't studied these terms yet!|you’ve begun learning these terms. keep up the good work!"
        "|you've begun learning these terms. keep up the good work!"
        "|you know these terms well. keep up the good work!|students also viewed|upgrade to remove ads"
        "|only $ /year|only $/year|sets found in the same folder|other sets by this creator"
        "|recommended textbook solutions|related questions|verified questions|your starred terms ()|flip"
        "|click the card to flip|click the card to flip 👆|study with flashcards"
        "|this set is often in folders with..."
    ),
    "a button or a link of a quiz site": (
        "show answer|view answer|hide answer|show answers|hide answers|reveal answer|see answer|show solution"
        "|view solution|hide solution|reveal solution|reveal solution hide solution"
        "|reveal solution hide solution discussion |show suggested answer hide answer|show explanation"
        "|hide explanation|show hint|check answer|check my answer|submit answer|submit quiz|next question"
        "|previous question|try again|retake quiz|start quiz|finish attempt ...|finish attempt|clear my choice"
        "|flag question|remove flag|edit question|report this question|report question|bookmark this question"
        "|discuss in forum|view answer discuss|view answer discuss workspace report"
        "|view answer discuss in forum workspace report|learn more problems on|correct answer hidden"
        "|click to see the answer|click to reveal|tap to reveal|skip question|review later|mark for review"
        "|antwort anzeigen|lösung anzeigen|antwort verbergen|frage melden|nächste frage|vorherige frage"
        "|antwort prüfen|frage markieren|voir la réponse|afficher la réponse|masquer la réponse|question suivante"
        "|question précédente|marquer la question|ver respuesta|mostrar respuesta|ocultar respuesta"
        "|siguiente pregunta|pregunta anterior|marcar pregunta|ver resposta|mostrar resposta|ocultar resposta"
        "|próxima questão|questão anterior|marcar questão|ver gabarito|mostra risposta|mostra la risposta"
        "|domanda successiva|domanda precedente|contrassegna domanda|показать ответ|скрыть ответ|следующий вопрос"
        "|предыдущий вопрос|отметить вопрос|посмотреть ответ|pokaż odpowiedź|następne pytanie|poprzednie pytanie"
        "|oflaguj pytanie|xem đáp án|câu tiếp theo|hiển thị đáp án|lihat jawaban|soal berikutnya|soal sebelumnya"
        "|查看答案|显示答案|隐藏答案|查看解析|上一题|下一题|收藏本题|纠错|加入错题本|解答を見る|答えを見る"
        "|次の問題|前の問題|정답 보기|정답보기|해설 보기|다음 문제|이전 문제|إظهار الإجابة"
    ),
    "the state of an attempt": (
        "not yet answered|answer saved|not answered|unanswered|marked out of .|mark . out of .|time left ::"
        "|time left :|time remaining: :|time remaining :|time remaining: ::|noch nicht beantwortet"
        "|erreichbare punkte: ,|pas encore répondu|sin responder aún|puntúa como ,|ainda não respondida"
        "|risposta non ancora data|пока нет ответа|балл: ,|.分|得分：|得分:|得分：.|得分:.|得分: .分|得分： .分"
        "|得分：.分|本题得分：|本题得分：.|/ point (graded)|/ points (graded)|. / . point|. / . points|/ point"
        "|/ points"
    ),
    "a line of the page, not of the quiz": (
        "skip to main content|skip to content|jump to navigation|toggle navigation|accept all cookies"
        "|accept cookies|reject all cookies|cookie settings|cookie policy|privacy policy|terms of service"
        "|terms of use|all rights reserved|all rights reserved.|back to top|advertisement|sponsored"
        "|report this ad|loading...|loading…|share this:|share on facebook|share on twitter|was this helpful?"
        "|leave a comment|leave a reply|like this:|powered by wordpress|sign up for free|log in to continue"
        "|create a free account|download as pdf|print this page|cookies akzeptieren|alle cookies akzeptieren"
        "|datenschutzerklärung|nach oben|anzeige|tout accepter|accepter les cookies|politique de confidentialité"
        "|retour en haut|aceptar cookies|política de privacidad|aceitar cookies|política de privacidade"
        "|accetta i cookie|informativa sulla privacy|принять cookies|политика конфиденциальности|隐私政策"
        "|返回顶部|返回首页|版权所有|scanned by camscanner|scanned with camscanner"
    ),
}

#: Words that are noise only beside a line that is: alone, each of them could be an option.
NEARBY = (
    "learn|test|match|study|flashcards|share|next|previous|prev|report|print|submit|menu|home|search|log in"
    "|login|sign in|sign up|help|blog|about|contact|faq|options|edit|save|like|discuss|discussion|workspace"
    "|upvoted times|highly voted|most recent|accept|reject|accept all|reject all|close|ok|got it|cookies"
    "|profile|settings|more|explore|subjects|create|upgrade|english (us)|english (usa)|weiter|zurück|suivant"
    "|précédent|siguiente|anterior|próximo|далее|назад|首页|搜索|登录|注册|分享|收藏"
)

#: Words before the number of a page, and between it and the number of pages.
PAGE_WORDS = "page|pg|pag|seite|página|pagina|pág|strona|str|стр|страница|trang|halaman|sayfa|sida|side|bet"
OF_WORDS = "of|/|von|de|di|sur|out of|из|z|dari|av|af"
