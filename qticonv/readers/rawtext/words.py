"""The words of each language that mark the parts of a question: the one table a new language is added to.

The keys of :data:`WORDS` are language codes; the values name, for each part, the words as people write them, in any
case. Longer phrases win over shorter ones, so ``correct answer`` is one mark and not an answer after ``correct``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from enum import StrEnum
from functools import cache, lru_cache

from qticonv.patterns import lazy


class Part(StrEnum):
    """A part of a question that a word can announce."""

    QUESTION = "question"
    OPTION = "option"
    OPTIONS = "options"  # a heading over the options
    ANSWER = "answer"  # the key
    GIVEN = "given"  # what a student answered: never a key
    KEYS = "keys"  # a heading over a list of keys
    MODEL = "model"  # a model answer in prose
    EXPLANATION = "explanation"
    POINTS = "points"
    OTHER = "other"  # difficulty, topic, reference: facts about a question
    PROMPT = "prompt"  # "Think about your answer": shown in place of a field
    TRUE = "true"
    FALSE = "false"
    CORRECT = "correct"  # a word behind the right option
    WRONG = "wrong"
    SEVERAL = "several"  # "choose two", "all that apply"
    TYPE = "type"
    PASSAGE = "passage"
    KIND = "kind"  # the type of a question, in brackets or in its header


WORDS: dict[str, dict[Part, str]] = {
    "en": {
        Part.QUESTION: "question|ques|quest|q|problem|exercise|item|question text|statement",
        Part.OPTION: "option|choice|opt|answer option",
        Part.OPTIONS: "options|choices|answer choices|answer options|possible answers|alternatives",
        Part.ANSWER: "answer|answers|ans|anwser|awnser|answer key|correct answer|correct answers|correct ans"
        "|the correct answer|the correct answer is|the correct answers are|the right answer is|the answer is"
        "|the correct option is|the correct choice is|answer is|correct answer is|correct answer(s)|answer(s)"
        "|correct option|correct options|correct choice|right answer|right option|key|correct|solution|sol"
        "|correct response|suggested answer|suggested answers|accepted answers|correct_answer|correctanswer"
        "|answer_key",
        Part.GIVEN: "your answer|my answer|student answer|student's answer|your response|selected answer"
        "|you answered|you selected|response given",
        Part.KEYS: "answer key|answers|answer keys|key|keys|answer sheet|solutions|correct answers"
        "|answers and explanations|answer key and explanations|answers & explanations|key to the questions"
        "|answers to the questions",
        Part.MODEL: "model answer|sample answer|example answer|sample response|model response|ideal answer"
        "|expected answer|suggested response|possible answer",
        Part.EXPLANATION: "explanation|explanations|rationale|feedback|general feedback|motivation|reason"
        "|reasoning|why|justification|note|notes|comment|comments|discussion|hint|explain|answer explanation"
        "|overall explanation|detailed explanation|correct answer explanation|explanation/reference|reference"
        "|references|source",
        Part.POINTS: "points|point|pts|marks|mark|score|weight|worth",
        Part.OTHER: "difficulty|level|topic|topics|category|domain|objective|learning objective|section|chapter"
        "|tags|tag|subject|concept tested|bloom's level|bloom level|skill|id|question id|objective domain|lesson"
        "|unit|time limit",
        Part.PROMPT: "think about your answer|write your answer here|your answer here|type your answer",
        Part.TRUE: "true|t|yes|right",
        Part.FALSE: "false|f|no|wrong",
        Part.CORRECT: "correct|right|true|answer|right answer|correct answer|ans|key|verified|yes",
        Part.WRONG: "incorrect|wrong|false",
        Part.SEVERAL: "choose two|choose three|choose four|select two|select three|select four|pick two|pick three"
        "|choose all|select all|all that apply|check all|mark all|choose 2|choose 3|select 2|select 3|two answers"
        "|three answers|choose any two|multiple answers|more than one answer|two options|three options"
        "|check the two|check the three",
        Part.TYPE: "type|question type",
        Part.PASSAGE: "passage|text|read the following|case study|scenario|questions refer to|use the following",
        Part.KIND: "multiple choice|multiple-choice|multiple choice question|multichoice|single choice"
        "|single answer|multiple answer|multiple answers|multiple select|multiple response|multiselect|true/false"
        "|true or false|true / false|t/f|tf|mc|mcq|ma|multians|sa|short|short answer|essay|open|open-ended"
        "|fill in the blank|fill-in-the-blank|fill in the blanks|fib|matching|ordering|numerical|numeric|num"
        "|select one|select all|choose one|easy|medium|hard|msq|nat|mcqs",
    },
    "de": {
        Part.QUESTION: "frage|aufgabe|fragestellung",
        Part.OPTION: "option|antwortmöglichkeit|auswahl",
        Part.OPTIONS: "antwortmöglichkeiten|optionen|auswahlmöglichkeiten",
        Part.ANSWER: "antwort|antworten|lösung|loesung|lösungen|richtige antwort|richtige antworten"
        "|korrekte antwort|richtig|richtige lösung|die richtige antwort ist|korrekte antworten|richtig ist"
        "|rechnung/lösung",
        Part.GIVEN: "ihre antwort|deine antwort|meine antwort",
        Part.KEYS: "lösungen|lösungsschlüssel|antworten|antwortschlüssel|lösungsteil|musterlösungen|lösung",
        Part.MODEL: "musterlösung|musterantwort|beispielantwort|beispiellösung",
        Part.EXPLANATION: "erklärung|erläuterung|begründung|hinweis|anmerkung|feedback|rückmeldung|kommentar|quelle",
        Part.POINTS: "punkte|punkt|punktzahl",
        Part.OTHER: "schwierigkeit|schwierigkeitsgrad|thema|kategorie|lernziel|kapitel",
        Part.TRUE: "wahr|richtig|ja|stimmt|r",
        Part.FALSE: "falsch|nein|stimmt nicht",
        Part.CORRECT: "richtig|korrekt|richtige antwort|r",
        Part.WRONG: "falsch",
        Part.SEVERAL: "zwei antworten|mehrere antworten|mehrfachauswahl|alle zutreffenden|mehrere richtig",
        Part.TYPE: "typ|fragetyp",
        Part.PASSAGE: "lesen sie|lies den",
        Part.KIND: "einfachauswahl|mehrfachauswahl|multiple-choice|wahr/falsch|richtig/falsch|kurzantwort|freitext"
        "|lückentext|zuordnung|leicht|mittel|schwer",
    },
    "fr": {
        Part.QUESTION: "question|exercice",
        Part.OPTION: "option|choix|proposition",
        Part.OPTIONS: "options|choix|propositions|choix possibles",
        Part.ANSWER: "réponse|reponse|réponses|réponse correcte|réponses correctes|bonne réponse|bonnes réponses"
        "|rép|corrigé|la bonne réponse est|la réponse correcte est|solution|réponse(s)|réponse exacte"
        "|bonne reponse",
        Part.GIVEN: "votre réponse|ta réponse|ma réponse",
        Part.KEYS: "corrigé|corrigés|réponses|corrections|correction|solutions|grille de réponses|clé de correction",
        Part.MODEL: "réponse type|réponse modèle|réponse attendue|exemple de réponse",
        Part.EXPLANATION: "explication|explications|justification|commentaire|remarque|note|feedback|rétroaction"
        "|source",
        Part.POINTS: "points|point|barème",
        Part.OTHER: "difficulté|niveau|thème|catégorie|objectif|chapitre",
        Part.TRUE: "vrai|v|oui",
        Part.FALSE: "faux|f|non",
        Part.CORRECT: "correct|correcte|bonne réponse|vrai|juste",
        Part.WRONG: "faux|incorrect|incorrecte",
        Part.SEVERAL: "plusieurs réponses|choix multiples|deux réponses|trois réponses|réponses multiples",
        Part.TYPE: "type",
        Part.PASSAGE: "lisez le texte|texte",
        Part.KIND: "choix multiple|choix unique|vrai/faux|vrai ou faux|réponse courte|qcm|qcu|rédaction|facile"
        "|moyen|difficile",
    },
    "es": {
        Part.QUESTION: "pregunta|ejercicio|cuestión|preg",
        Part.OPTION: "opción|opcion|alternativa",
        Part.OPTIONS: "opciones|alternativas",
        Part.ANSWER: "respuesta|respuestas|respuesta correcta|respuestas correctas|resp|rta|solución|solucion"
        "|correcta|la respuesta correcta es|la respuesta es|opción correcta|respuesta(s)|clave|correctas|rpta",
        Part.GIVEN: "tu respuesta|su respuesta|mi respuesta",
        Part.KEYS: "respuestas|clave de respuestas|soluciones|solucionario|claves|hoja de respuestas"
        "|respuestas correctas",
        Part.MODEL: "respuesta modelo|respuesta esperada|respuesta de ejemplo",
        Part.EXPLANATION: "explicación|explicacion|justificación|justificacion|retroalimentación|comentario|nota"
        "|razón|fundamento|referencia|feedback",
        Part.POINTS: "puntos|punto|puntaje|puntuación",
        Part.OTHER: "dificultad|nivel|tema|categoría|objetivo|capítulo",
        Part.TRUE: "verdadero|cierto|sí|si|v",
        Part.FALSE: "falso|f|no",
        Part.CORRECT: "correcta|correcto|verdadero|respuesta correcta|verificado|verificadisimo|verificada",
        Part.WRONG: "incorrecta|incorrecto|falso",
        Part.SEVERAL: "dos respuestas|varias respuestas|seleccione dos|elija dos|todas las que|opción múltiple"
        "|dos opciones",
        Part.TYPE: "tipo",
        Part.PASSAGE: "lea el texto|lee el texto|texto",
        Part.KIND: "opción múltiple|selección única|selección múltiple|verdadero/falso|verdadero o falso"
        "|respuesta corta|ensayo|fácil|medio|difícil",
    },
    "pt": {
        Part.QUESTION: "questão|questao|pergunta|exercício|exercicio",
        Part.OPTION: "opção|opcao|alternativa",
        Part.OPTIONS: "opções|alternativas|options",
        Part.ANSWER: "resposta|respostas|resposta correta|respostas corretas|gabarito|resp|alternativa correta"
        "|correta|resposta certa|a resposta correta é|opção correta|letra correta|solução|resposta(s)",
        Part.GIVEN: "sua resposta|minha resposta",
        Part.KEYS: "gabarito|gabaritos|respostas|gabarito comentado|gabarito oficial|soluções|respostas corretas",
        Part.MODEL: "resposta modelo|resposta esperada|padrão de resposta",
        Part.EXPLANATION: "explicação|explicacao|justificativa|comentário|comentario|nota|observação|fundamentação"
        "|referência|feedback|explicaçao",
        Part.POINTS: "pontos|ponto|pontuação",
        Part.OTHER: "dificuldade|nível|nivel|tema|categoria|assunto|objetivo|capítulo|disciplina|area|área",
        Part.TRUE: "verdadeiro|v|sim|certo",
        Part.FALSE: "falso|f|não|errado",
        Part.CORRECT: "correta|correto|resposta correta|certa|certo|verdadeiro",
        Part.WRONG: "incorreta|incorreto|errada|errado|falso",
        Part.SEVERAL: "duas respostas|selecione duas|escolha duas|todas as que|múltipla resposta|duas opções"
        "|selecione todas|selecione três|escolha três|★",
        Part.TYPE: "tipo",
        Part.PASSAGE: "leia o texto|texto",
        Part.KIND: "múltipla escolha|escolha única|verdadeiro/falso|verdadeiro ou falso|resposta curta"
        "|dissertativa|fácil|médio|difícil",
    },
    "it": {
        Part.QUESTION: "domanda|quesito|esercizio",
        Part.OPTION: "opzione|scelta|risposta",
        Part.OPTIONS: "opzioni|scelte|alternative",
        Part.ANSWER: "risposta|risposte|risposta corretta|risposte corrette|risposta esatta|soluzione|corretta"
        "|risp|la risposta corretta è|risposta giusta|opzione corretta|esatta",
        Part.GIVEN: "la tua risposta|tua risposta",
        Part.KEYS: "risposte|soluzioni|risposte corrette|chiave delle risposte|soluzione|correttore",
        Part.MODEL: "risposta modello|risposta attesa",
        Part.EXPLANATION: "spiegazione|motivazione|giustificazione|commento|nota|feedback|fonte|riferimento",
        Part.POINTS: "punti|punto|punteggio",
        Part.OTHER: "difficoltà|livello|argomento|categoria|capitolo",
        Part.TRUE: "vero|v|sì|si",
        Part.FALSE: "falso|f|no",
        Part.CORRECT: "corretta|corretto|esatta|esatto|giusta|vero",
        Part.WRONG: "errata|sbagliata|falso",
        Part.SEVERAL: "due risposte|più risposte|scegli due|risposta multipla|tutte quelle",
        Part.TYPE: "tipo",
        Part.PASSAGE: "leggi il testo|brano|testo",
        Part.KIND: "scelta multipla|scelta singola|vero/falso|vero o falso|risposta breve|facile|medio|difficile",
    },
    "pl": {
        Part.QUESTION: "pytanie|pytanie nr|zadanie|zad",
        Part.OPTION: "opcja|odpowiedź",
        Part.OPTIONS: "odpowiedzi|opcje|warianty",
        Part.ANSWER: "odpowiedź|odpowiedz|odpowiedzi|poprawna odpowiedź|prawidłowa odpowiedź|odp"
        "|poprawne odpowiedzi|prawidłowe odpowiedzi|rozwiązanie|poprawna|klucz|dobra odpowiedź",
        Part.GIVEN: "twoja odpowiedź",
        Part.KEYS: "odpowiedzi|klucz odpowiedzi|klucz|rozwiązania|poprawne odpowiedzi",
        Part.MODEL: "przykładowa odpowiedź|modelowa odpowiedź",
        Part.EXPLANATION: "wyjaśnienie|uzasadnienie|komentarz|uwaga|objaśnienie|źródło",
        Part.POINTS: "punkty|punkt|pkt|punktów",
        Part.OTHER: "trudność|poziom|temat|kategoria|rozdział",
        Part.TRUE: "prawda|p|tak",
        Part.FALSE: "fałsz|f|nie",
        Part.CORRECT: "poprawna|prawidłowa|dobra|prawda",
        Part.WRONG: "błędna|zła|fałsz",
        Part.SEVERAL: "dwie odpowiedzi|kilka odpowiedzi|wielokrotny wybór|wybierz dwie",
        Part.TYPE: "typ",
        Part.PASSAGE: "przeczytaj tekst|tekst",
        Part.KIND: "jednokrotnego wyboru|wielokrotnego wyboru|prawda/fałsz|krótka odpowiedź",
    },
    "ru": {
        Part.QUESTION: "вопрос|задание|задача|тест",
        Part.OPTION: "вариант|вариант ответа",
        Part.OPTIONS: "варианты|варианты ответа|варианты ответов",
        Part.ANSWER: "ответ|ответы|правильный ответ|правильные ответы|верный ответ|верные ответы|отв|эталон ответа"
        "|эталон|ключ|решение|правильно",
        Part.GIVEN: "ваш ответ|мой ответ|твой ответ",
        Part.KEYS: "ответы|ключ|ключи|ключ к тесту|ключи к тесту|правильные ответы|эталоны ответов|ответы к тесту",
        Part.MODEL: "образец ответа|примерный ответ|эталонный ответ",
        Part.EXPLANATION: "объяснение|пояснение|комментарий|обоснование|примечание|разъяснение|источник",
        Part.POINTS: "баллы|балл|баллов|балла|очки",
        Part.OTHER: "сложность|уровень|тема|категория|раздел|глава",
        Part.TRUE: "верно|да|правда|истина|правильно",
        Part.FALSE: "неверно|нет|ложь|неправильно",
        Part.CORRECT: "верно|правильно|правильный ответ|верный",
        Part.WRONG: "неверно|неправильно",
        Part.SEVERAL: "несколько ответов|два ответа|все верные|несколько правильных|все правильные|несколько вариантов",
        Part.TYPE: "тип",
        Part.PASSAGE: "прочитайте текст|текст",
        Part.KIND: "один ответ|несколько ответов|одиночный выбор|множественный выбор|верно/неверно|краткий ответ"
        "|лёгкий|средний|сложный",
    },
    "zh": {
        Part.QUESTION: "题目|问题|试题|问|题|題目|問題|题干|第",
        Part.OPTION: "选项|選項",
        Part.OPTIONS: "选项|選項|备选答案",
        Part.ANSWER: "答案|正确答案|参考答案|标准答案|答|正確答案|參考答案|答案是|正确答案是|正确选项|正解|本题答案",
        Part.GIVEN: "我的答案|你的答案|学生答案|您的答案|考生答案",
        Part.KEYS: "答案|参考答案|答案解析|正确答案|答案与解析|标准答案|答案及解析|參考答案",
        Part.MODEL: "参考回答|示例答案|答题要点",
        Part.EXPLANATION: "解析|答案解析|解释|说明|分析|试题解析|注释|解答|註釋|注|本题解析|詳解|备注|點評|点评",
        Part.POINTS: "分值|分数|得分|配分",
        Part.OTHER: "知识点|难度|难易度|章节|题型|考点|来源|難度|知識點",
        Part.TRUE: "正确|对|是|√|正確|對|真",
        Part.FALSE: "错误|错|否|×|錯誤|錯|不正确|假",
        Part.CORRECT: "正确|对|正确答案|答案|正確",
        Part.WRONG: "错误|错",
        Part.SEVERAL: "多选|多选题|多項選擇|不定项|多项选择",
        Part.TYPE: "题型",
        Part.PASSAGE: "阅读材料|阅读下列|材料|案例",
        Part.KIND: "单选题|多选题|判断题|填空题|简答题|单选|多选|判断|填空|问答题|不定项选择题|论述题|名词解释"
        "|選擇題|單選題|多選題|是非題|单项选择题|多项选择题|易|中|难",
    },
    "ja": {
        Part.QUESTION: "問題|問|設問|質問",
        Part.OPTION: "選択肢",
        Part.OPTIONS: "選択肢|解答群",
        Part.ANSWER: "答え|解答|正解|正答|答|回答",
        Part.GIVEN: "あなたの答え|あなたの解答",
        Part.KEYS: "解答|正解|解答一覧|解答と解説|正解一覧|答え",
        Part.MODEL: "模範解答|解答例",
        Part.EXPLANATION: "解説|説明|理由|補足",
        Part.POINTS: "配点|点数",
        Part.OTHER: "難易度|分野|カテゴリ",
        Part.TRUE: "正しい|はい|○|真|正",
        Part.FALSE: "誤り|いいえ|×|偽|誤|正しくない",
        Part.CORRECT: "正解|正しい|正答",
        Part.WRONG: "不正解|誤り",
        Part.SEVERAL: "二つ選|2つ選|すべて選|複数選択|三つ選",
        Part.TYPE: "種類",
        Part.PASSAGE: "次の文章|本文",
        Part.KIND: "選択|単一選択|複数選択|記述|正誤|穴埋め",
    },
    "ko": {
        Part.QUESTION: "문제|문항|질문|문",
        Part.OPTION: "선택지|보기",
        Part.OPTIONS: "선택지|보기",
        Part.ANSWER: "정답|답|해답|답안|모범답안",
        Part.GIVEN: "나의 답|내 답|제출 답",
        Part.KEYS: "정답|정답표|정답 및 해설|해답|답안지|정답과 해설|답",
        Part.MODEL: "모범 답안|모범답안|예시 답안",
        Part.EXPLANATION: "해설|설명|풀이|이유|참고",
        Part.POINTS: "배점|점수",
        Part.OTHER: "난이도|주제|단원",
        Part.TRUE: "참|맞음|예|o|옳음",
        Part.FALSE: "거짓|틀림|아니오|x|틀린",
        Part.CORRECT: "정답|맞음",
        Part.WRONG: "오답",
        Part.SEVERAL: "모두 고르|두 개|모두 선택|복수",
        Part.TYPE: "유형",
        Part.PASSAGE: "다음 글|지문",
        Part.KIND: "객관식|주관식|단답형|서술형|ox|복수선택",
    },
    "vi": {
        Part.QUESTION: "câu|câu hỏi|bài|câu số",
        Part.OPTION: "phương án|lựa chọn",
        Part.OPTIONS: "các phương án|lựa chọn",
        Part.ANSWER: "đáp án|trả lời|đáp án đúng|câu trả lời đúng|câu trả lời|đ/a|đa|chọn|dap an|phương án đúng",
        Part.GIVEN: "câu trả lời của bạn",
        Part.KEYS: "đáp án|bảng đáp án|đáp án và giải thích|lời giải|hướng dẫn giải",
        Part.MODEL: "câu trả lời mẫu|gợi ý trả lời",
        Part.EXPLANATION: "giải thích|lời giải|hướng dẫn|ghi chú|gợi ý|lý do",
        Part.POINTS: "điểm",
        Part.OTHER: "độ khó|chủ đề|mức độ|chương",
        Part.TRUE: "đúng|đ",
        Part.FALSE: "sai|s",
        Part.CORRECT: "đúng|đáp án",
        Part.WRONG: "sai",
        Part.SEVERAL: "chọn hai|nhiều đáp án|chọn nhiều|hai đáp án|chọn 2",
        Part.TYPE: "loại",
        Part.PASSAGE: "đọc đoạn",
        Part.KIND: "trắc nghiệm|tự luận|đúng/sai|một đáp án|nhiều đáp án",
    },
    "id": {
        Part.QUESTION: "soal|pertanyaan|nomor|no|soalan",
        Part.OPTION: "pilihan|opsi",
        Part.OPTIONS: "pilihan|pilihan jawaban|opsi",
        Part.ANSWER: "jawaban|jawab|jawapan|benar|kunci|kunci jawaban|jawaban benar|jawaban yang benar|jawapan betul",
        Part.GIVEN: "jawaban anda|jawaban saya",
        Part.KEYS: "kunci jawaban|jawaban|kunci|pembahasan|kunci jawaban dan pembahasan|skema jawapan",
        Part.MODEL: "contoh jawaban",
        Part.EXPLANATION: "penjelasan|pembahasan|alasan|keterangan|catatan",
        Part.POINTS: "poin|nilai|skor|bobot",
        Part.OTHER: "tingkat kesulitan|kesulitan|topik|materi|kategori|bab",
        Part.TRUE: "benar|b|ya|betul",
        Part.FALSE: "salah|s|tidak",
        Part.CORRECT: "benar|betul|jawaban",
        Part.WRONG: "salah",
        Part.SEVERAL: "pilih dua|lebih dari satu|pilih semua",
        Part.TYPE: "tipe|jenis",
        Part.PASSAGE: "bacalah teks|bacaan",
        Part.KIND: "pilihan ganda|benar/salah|isian singkat|esai|uraian",
    },
    "ar": {
        Part.QUESTION: "السؤال|سؤال|س",
        Part.OPTION: "الخيار|خيار",
        Part.OPTIONS: "الخيارات|الاختيارات",
        Part.ANSWER: "الإجابة|الاجابة|الإجابة الصحيحة|الاجابة الصحيحة|الجواب|الجواب الصحيح|إجابة|اجابة|الحل|ج",
        Part.GIVEN: "إجابتك|اجابتك",
        Part.KEYS: "الإجابات|الاجابات|مفتاح الإجابة|مفتاح الاجابة|الأجوبة|الحلول|نموذج الإجابة",
        Part.MODEL: "الإجابة النموذجية",
        Part.EXPLANATION: "الشرح|شرح|التفسير|تفسير|التوضيح|توضيح|ملاحظة|التعليل",
        Part.POINTS: "النقاط|الدرجة|درجة",
        Part.OTHER: "الصعوبة|المستوى|الموضوع",
        Part.TRUE: "صح|صحيح|نعم|صواب",
        Part.FALSE: "خطأ|خطا|لا|خاطئ",
        Part.CORRECT: "صحيح|صح|الإجابة الصحيحة",
        Part.WRONG: "خطأ",
        Part.SEVERAL: "اختر إجابتين|أكثر من إجابة",
        Part.TYPE: "النوع",
        Part.PASSAGE: "اقرأ النص|النص",
        Part.KIND: "اختيار من متعدد|صح أو خطأ|صح/خطأ",
    },
    "tr": {
        Part.QUESTION: "soru",
        Part.OPTION: "seçenek|şık",
        Part.OPTIONS: "seçenekler|şıklar",
        Part.ANSWER: "cevap|yanıt|doğru cevap|doğru yanıt|cevaplar|çözüm|doğru seçenek",
        Part.GIVEN: "senin cevabın|cevabınız|sizin cevabınız",
        Part.KEYS: "cevap anahtarı|cevaplar|yanıtlar|yanıt anahtarı|çözümler",
        Part.MODEL: "örnek cevap|örnek yanıt",
        Part.EXPLANATION: "açıklama|gerekçe|not|yorum",
        Part.POINTS: "puan|puanı",
        Part.OTHER: "zorluk|konu|seviye|kategori",
        Part.TRUE: "doğru|d|evet",
        Part.FALSE: "yanlış|y|hayır",
        Part.CORRECT: "doğru|doğru cevap",
        Part.WRONG: "yanlış",
        Part.SEVERAL: "iki seçenek|birden fazla|hepsini seçin",
        Part.TYPE: "tür",
        Part.PASSAGE: "metni okuyun|parça",
        Part.KIND: "çoktan seçmeli|doğru/yanlış|kısa cevap|açık uçlu",
    },
    "uz": {
        Part.QUESTION: "savol|topshiriq",
        Part.OPTION: "variant",
        Part.OPTIONS: "variantlar|javob variantlari",
        Part.ANSWER: "javob|to'g'ri javob|to‘g‘ri javob|toʻgʻri javob|togri javob|javoblar|жавоб|тўғри жавоб",
        Part.GIVEN: "sizning javobingiz",
        Part.KEYS: "javoblar|to'g'ri javoblar|kalit|javoblar kaliti",
        Part.MODEL: "namunaviy javob",
        Part.EXPLANATION: "izoh|tushuntirish|sabab",
        Part.POINTS: "ball",
        Part.OTHER: "mavzu|daraja",
        Part.TRUE: "to'g'ri|ha|to‘g‘ri",
        Part.FALSE: "noto'g'ri|yo'q|xato",
        Part.CORRECT: "to'g'ri|to‘g‘ri",
        Part.WRONG: "noto'g'ri",
        Part.SEVERAL: "ikkita javob|bir nechta",
        Part.TYPE: "turi",
        Part.PASSAGE: "matnni o'qing",
        Part.KIND: "bitta javob|ko'p javob",
    },
    "bs": {
        Part.QUESTION: "pitanje|zadatak",
        Part.OPTION: "opcija|odgovor",
        Part.OPTIONS: "opcije|ponuđeni odgovori",
        Part.ANSWER: "odgovor|tačan odgovor|točan odgovor|tačni odgovori|rješenje|odgovori",
        Part.GIVEN: "vaš odgovor",
        Part.KEYS: "odgovori|rješenja|tačni odgovori|ključ",
        Part.MODEL: "primjer odgovora",
        Part.EXPLANATION: "objašnjenje|obrazloženje|napomena",
        Part.POINTS: "bodovi|bodova",
        Part.OTHER: "težina|tema",
        Part.TRUE: "tačno|točno|da|istina",
        Part.FALSE: "netačno|netočno|ne|laž",
        Part.CORRECT: "tačno|točno|tačan",
        Part.WRONG: "netačno",
        Part.SEVERAL: "dva odgovora|više odgovora",
        Part.TYPE: "tip",
        Part.PASSAGE: "pročitajte tekst",
        Part.KIND: "tačno/netačno|višestruki izbor",
    },
}


@cache
def words(part: Part) -> frozenset[str]:
    """All words for ``part`` in all languages, lower case."""
    return frozenset(word for table in WORDS.values() for word in table.get(part, "").split("|") if word)


@cache
def pattern(part: Part) -> str:
    """A regular expression (a group of alternatives, longest first) for the words of ``part``."""
    return alternatives(words(part))


_FIRST_WORD = lazy(r"[^\W\d_]+")
_NEXT_WORD = lazy(r"[\W\d_]*([^\W\d_]*)")


def first_word(text: str) -> str:
    """The letters that ``text`` begins with; empty where it begins with anything else."""
    found = _FIRST_WORD.match(text)
    return found[0] if found else ""


_START = 3  # characters


class Openings:
    """How phrases begin, so that a line which begins with none of them is known without a search.

    ``words``: their first words, case-folded, each with the words that may follow (``""``: any, or none).
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        words: dict[str, set[str]] = {}
        for phrase in phrases:
            first = first_word(phrase)
            following = _NEXT_WORD.match(phrase, len(first))
            if first and following:
                words.setdefault(first.casefold(), set()).add(following[1].casefold())
        self.words: Mapping[str, Set[str]] = words
        self._starts = {word[:_START] for word in words}
        self._told = lru_cache(maxsize=4096)(self._tell)

    def may_begin(self, text: str) -> bool:
        """Whether ``text`` can begin with one of the phrases: cheap, because it is asked of every line.

        A text that begins with anything but a letter may begin with any phrase, and so may one in a script that does
        not divide words.
        """
        known = self._told(text[:_START])
        if known is not None:
            return known
        first = first_word(text)
        seconds = self.words.get(first.casefold())
        if seconds is None or "" in seconds:
            return seconds is not None
        following = _NEXT_WORD.match(text, len(first))
        return following is not None and following[1].casefold() in seconds

    def _tell(self, start: str) -> bool | None:
        """The same, if the first characters of a text tell it."""
        first = first_word(start)
        if not first or not first[0].isascii():
            return True
        is_cut = len(first) == _START
        return None if first.casefold() in (self._starts if is_cut else self.words) else False


def alternatives(entries: Iterable[str]) -> str:
    """A regular expression that matches any of ``entries``, the longest that fits; spaces match any white space."""
    ordered = sorted(entries, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + ")"


class ByInitial:
    """An expression that begins with one of many phrases, compiled only for those with the initial of the text.

    Compiling all phrases takes longer than reading a short file. ``source`` returns the expression; it is given what
    :func:`alternatives` does, but for the phrases of one initial. Case is ignored. ``lead`` is an
    expression for what may stand before the phrase.
    """

    def __init__(
        self, source: Callable[[Callable[[Iterable[str]], str]], str], flags: int = 0, *, lead: str = ""
    ) -> None:
        self._source, self._flags = source, flags | re.IGNORECASE
        self._lead = lazy(lead) if lead else None
        self._compiled: dict[str, re.Pattern[str] | None] = {}

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Match ``text`` from ``start`` on; the match begins with the phrase."""
        if self._lead and (lead := self._lead.match(text, start)):
            start = lead.end()
        initial = _initial(text[start : start + 1])
        if initial not in self._compiled:
            self._compiled[initial] = self._compile(initial)
        pattern = self._compiled[initial]
        return pattern.match(text, start) if pattern else None

    def _compile(self, initial: str) -> re.Pattern[str] | None:
        known: list[str] = []

        def one_of(phrases: Iterable[str]) -> str:
            begun = [phrase for phrase in phrases if _initial(phrase) == initial]
            known.extend(begun)
            return alternatives(begun) if begun else "(?!)"

        source = self._source(one_of)
        return re.compile(source, self._flags) if known else None


def _initial(text: str) -> str:
    return text[:1].casefold()[:1]


_KIND = lazy(
    lambda: rf"[\s(\[{{（【:：-]*(?:{pattern(Part.KIND)}|of\s+\d+|/\s*\d+)\W*(?:{pattern(Part.KIND)})?\W*$",
    re.IGNORECASE,
)


def is_kind(text: str) -> bool:
    """Whether ``text`` says nothing but of what type a question is: ``Multiple Choice``, ``(单选题)``."""
    if len(text) > 60:
        return False
    plain = " ".join(text.split()).casefold()
    return not plain or plain in words(Part.KIND) or _KIND.match(text) is not None


def is_truth(text: str) -> bool:
    """Whether ``text`` is a word for true or false in one of the languages, or for either."""
    word = " ".join(text.casefold().split())
    return word in words(Part.TRUE) or word in words(Part.FALSE)


def truth_value(text: str) -> bool | None:
    """Whether ``text`` is a word for true or false in one of the languages; ``None`` if it is neither or both."""
    word = text.strip().strip(".。!*_`\"'()[]").casefold()
    is_true, is_false = word in words(Part.TRUE), word in words(Part.FALSE)
    return None if is_true == is_false else is_true
