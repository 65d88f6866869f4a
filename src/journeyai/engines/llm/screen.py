"""Texts made harmless: for a screen, for a model, and the question whether a text speaks to a machine.

Structure is what holds sources to being data (a poisoned document can change nothing but its own observations);
this is the second line, for the short texts that are handed on from one question to the next.
"""

import re
import unicodedata
from typing import Final

#: A terminal's control strings (window titles, links, clipboards) with their end; without one only their beginning.
_TERMINAL: Final = re.compile(
    r"\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]?"
)
#: Joiners that shape letters and emoji; elsewhere, or two in a row, they only hide.
_JOINER: Final = re.compile(
    r"(?<![\u0590-\u1fff\u2600-\U0001ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\u1fff\u2600-\U0001ffff])"
)
#: A style of an emoji, after something that has one; elsewhere, or in rows, they carry hidden bytes.
_STYLE: Final = re.compile(r"(?<![#*0-9\u00a9\u00ae\u2000-\u3300\U0001f000-\U0001faff])[\ufe0e\ufe0f]")
#: Letters that show nothing, besides what Unicode calls control and format.
_BLANK: Final = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]"
)
_HIDDEN_KINDS: Final = frozenset({"Cc", "Cf", "Cs", "Co"})

_IMAGE: Final = re.compile(r"!\[[^\]]{0,300}\](?:\([^)]{0,2000}\)?|\[[^\]]{0,300}\])")
_NAMED_LINK: Final = re.compile(r"\[([^\]]{0,300})\]\([^)]{0,2000}\)")
_TAG: Final = re.compile(r"</?[A-Za-z!][^<>]{0,300}>")
_LINK: Final = re.compile(
    r"\b(?:https?|ftps?|wss?|file|javascript|vbscript|data|mailto|tel|ssh|git)\s?:\s?(?:/\s?/)?[^\s\"'<>]+"
    r"|\bwww\.[^\s\"'<>]+|\bhxxps?\b\S*"
    r"|\b(?:[\w-]{1,63}\.){1,6}[A-Za-z]{2,20}(?:/[^\s\"'<>]*|\?[^\s\"'<>]+)",
    re.IGNORECASE,
)


def for_prompt(text: str) -> str:
    """Return *text* without anything that a reader of it would not see; letters and lines stay as they are."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        # Neither control nor format characters: what is left to look for stands beyond ASCII.
        return text if text.isascii() else _STYLE.sub("", _BLANK.sub("", text))
    text = _TERMINAL.sub("", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _BLANK.sub("", text)
    text = "".join(
        letter
        for letter in text
        if letter in "\n\t\u200c\u200d" or unicodedata.category(letter) not in _HIDDEN_KINDS
    )
    return _STYLE.sub("", _JOINER.sub("", text))


def clean(text: str, most: int) -> str:
    """Return a short text for people, of at most *most* characters, in one line.

    Control characters, terminal sequences, hidden characters, links, images and tags are gone; what is too long ends
    at a word, with an ellipsis.
    """
    # What stands so far behind the bound is never shown, and patterns need not look at it.
    text = for_prompt(text[: 20 * most + 2000])
    text = _NAMED_LINK.sub(r"\1", _IMAGE.sub(" ", text))
    text = _LINK.sub(" ", _TAG.sub(" ", text))
    text = re.sub(r"\(\s*\)|\[\s*\]", " ", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    if len(text) <= most:
        return text
    if most < 2:
        return text[:most]
    cut = text[: most - 1]
    if not text[most - 1].isspace() and (space := cut.rfind(" ")) > most // 2:
        cut = cut[:space]
    return cut.rstrip(" ,;:.-–—") + "…"


def holds_link(text: str) -> bool:
    """Return whether *text* points anywhere: an address, an image, a named link."""
    shown = for_prompt(text)
    return bool(_LINK.search(shown) or _IMAGE.search(shown) or _NAMED_LINK.search(shown))


def speaks_to_machine(text: str) -> bool:
    """Return whether *text* gives orders to a model instead of telling what happened (English and Spanish).

    Customers tell of orders, too ("they ignored my instructions", "la app ignora mis indicaciones"): mostly the verb
    must begin a clause, or what it is about must be a model's own.
    """
    shown = _plain(text)
    starts = range(0, max(1, len(shown)), _WINDOW - _OVERLAP)
    return any(_ORDERS.search(shown[start : start + _WINDOW]) for start in starts)


def _plain(text: str) -> str:
    """Return *text* in small letters without accents, look-alike widths or hidden characters, in one line."""
    text = unicodedata.normalize("NFKD", for_prompt(unicodedata.normalize("NFKC", text))).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).translate(_LOOKALIKES)
    text = re.sub(r"\b(?:\w ){4,}\w\b", lambda spaced: spaced[0].replace(" ", ""), text)
    return " ".join(text.replace("_", " ").split())


#: A long text is looked through in pieces: the patterns take more than twice as long for twice the letters.
_WINDOW: Final = 400
_OVERLAP: Final = 150

#: Cyrillic and Greek letters that look like Latin ones, and the typographic apostrophe.
_LOOKALIKES: Final = str.maketrans("аеорсухіјѕԁοανιρ’", "aeopcyxijsdoavip'")

#: Where a clause may begin: the text, a mark, or a word that leads an order in.
_START = (
    r"(?:^|[.!?:;,>\]})\"'*#|=¡¿(\[{-]\s*|\b(?:please|now|then|instead|simply|immediately|kindly|must|"
    r"you should"
    r"|you (?:will|shall|are to|need to|have to)|want you to|por favor|ahora|entonces|debes|deberas|debe|"
    r"tienes que)\s+)"
)
_ANY = r"(?:[\w'-]+\s+)"
#: Not after somebody of whom it is told: "they ignore previous messages".
_NOBODY = (
    r"(?<!\bthey )(?<!\bwho )(?<!\bit )(?<!\bthat )(?<!\bwe )(?<!\bi )(?<!\bagents )(?<!\bstaff )(?<!\balways )"
    r"(?<!\bjust )(?<!\bpeople )(?<!\bto me )(?<!\bi will )(?<!\bque )(?<!\bse )(?<!\bme )(?<!\bsiempre )"
)
_TOLD = (
    r"(?:instructions?|prompts?|rules?|directions?|directives?|guidelines?|commands?|messages?|context|"
    r"training|tasks?|text)"
)
_DICHO = (
    r"(?:instruccion(?:es)?|indicacion(?:es)?|ordenes|reglas|normas|directrices|prompts?|mensajes?|"
    r"contexto|tareas?|textos?|lo anterior)"
)
_IGNORE = (
    r"(?:ignore|disregard|forget|override|bypass|overwrite|discard|neglect|(?:do not|don't|"
    r"stop) (?:follow|following|obey|obeying))"
)
_IGNORA = (
    r"(?:ignora(?:d|r)?|ignore[n]?|olvida(?:te|r)?|olvide(?:se)?|descarta|descarte|omite|omita|anula|"
    r"desobedece"
    r"|sobrescribe|(?:haz|haga|hace) caso omiso|no (?:sigas|obedezcas|hagas caso)|deja de (?:seguir|"
    r"obedecer))"
)
_MACHINE = (
    r"(?:a\.?i\.?|llms?|language models?|chatgpt|gpt-?\d*|claude|gemini|copilot|ai (?:assistant|model|"
    r"system|agent|reader|analyst)|assistant model|model)"
)
_MAQUINA = (
    r"(?:ia|inteligencia artificial|llm|modelo(?: de lenguaje| linguistico)?|chatgpt|gpt|claude|gemini|"
    r"asistente (?:de ia|virtual|ia))"
)
_ANSWER = r"(?:respond|reply|answer|output|return|print|say|write|repeat|translate)"
_RESPONDE = (
    r"(?:responde|responda|contesta|conteste|devuelve|devuelva|escribe|escriba|imprime|imprima|di|repite|"
    r"repita|muestra)"
)
#: What is done to findings, and what findings are: an order about all of them, or about the others', is no customer's.
_HANDLE = (
    r"(?:approve|change|combine|count|delete|discard|drop|erase|hide|ignore|join|keep|lower|merge|move|"
    r"overwrite"
    r"|place|praise|put|raise|rank|remove|replace|rewrite|set|skip|strike|translate|treat)"
)
_FINDINGS = (
    r"(?:cards?|themes?|personas?|files?|documents?|evidence|groups?|quotes?|citations?|titles?|summar(?:y|ies)"
    r"|sources?|study|tickets?|recordings?|participants?|findings|observations?|points|checks|complaints)"
)
_MANEJA = (
    r"(?:aprueba|baja|borra|cambia|coloca|combina|conserva|cuenta|descarta|elimina|elogia|esconde|fusiona|"
    r"ignora"
    r"|junta(?:lo)?|mueve|oculta|pon(?:le)?|quita|reescribe|reemplaza|salta|sube|sustituye|tacha|traduce|"
    r"trata|une)"
)
_HALLAZGOS = (
    r"(?:tarjetas?|temas?|perfil(?:es)?|archivos?|documentos?|evidencias?|grupos?|citas?|titulos?|"
    r"resumenes|fuentes?"
    r"|estudio|tickets?|grabaciones|participantes|hallazgos|observaciones|frases|comprobaciones|quejas)"
)
_ORDERS = re.compile(
    "|".join(
        (
            # What was said before is to be forgotten.
            rf"{_START}{_IGNORE}\s+{_ANY}{{0,5}}?{_TOLD}\b",
            rf"{_NOBODY}\b{_IGNORE}\s+{_ANY}{{0,3}}?(?:previous|prior|preceding|above|earlier|foregoing|"
            rf"your|system|original)\s+{_ANY}{{0,3}}?{_TOLD}\b",
            rf"{_START}{_IGNORE}\s+(?:everything|all|anything|what)\s+{_ANY}{{0,4}}?(?:above|before|"
            rf"previous|said|told|so far|else)\b",
            rf"{_START}{_IGNORE}\s+(?:the |all |all the )?(?:above|previous|preceding|foregoing)\b",
            rf"{_START}{_IGNORA}\s+{_ANY}{{0,5}}?{_DICHO}\b",
            rf"{_NOBODY}\b{_IGNORA}\s+{_ANY}{{0,4}}?(?:{_DICHO}\s+(?:anteriores|previas|previos|"
            rf"precedentes|de arriba|del sistema)|tus\s+{_ANY}{{0,2}}?{_DICHO})\b",
            rf"{_START}{_IGNORA}\s+(?:de\s+)?(?:todo )?lo (?:anterior|dicho|que)\b",
            # The frame that a model is set in.
            r"\bsystem\s?prompts?\b|\b(?:prompt|instrucciones|indicaciones) (?:del|de) (?:sistema|"
            r"system)\b|\bdeveloper (?:message|mode|prompt)\b",
            r"\bmodo (?:desarrollador|dios|sin restricciones)\b|\bjail ?break|\bprompt injection|"
            r"\bdo anything now\b|\bdan mode\b",
            r"(?:^|[\[<#|({\"'.!?])\s*(?:new |end of )?(?:system|developer|sistema)\s+(?:message|override|"
            r"instructions?|note|update|mensaje)\s*(?:[\]>:|]|#{2})",
            r"[\[<|{]\s*(?:system|developer|sistema)\s*[\]>|}]|\b(?:system|developer|"
            r"sistema)\s*:\s*(?:you (?:are now|must|will|should)|ignore|disregard|override|new|from now|add|"
            r"set|mark|eres|ignora|"
            r"nuev[ao]s?|anade)\b",
            r"<\|?/?(?:im start|im end|endoftext|system|user|assistant|s)\|?>|\[/?inst\]|<</?sys>>|"
            r"<\s*/?\s*(?:data|source|document|utterances?|system|instructions?|prompt|context|passage|"
            r"material)\b[^>]*>",
            r"#{2,}\s*(?:instruction|response|system|new task|instruccion)|\b(?:begin|start|"
            r"end) (?:of )?(?:the )?(?:new )?(?:system|instructions?|data|document|source|transcript|"
            r"untrusted|user input)(?: (?:block|section))?\s*(?:[\]>:.*#=-]|$)",
            r"\bfin (?:del|de la|de los|de las) (?:documento|datos|transcripcion|fuente|instrucciones)\b",
            r"\b(?:new|updated|revised|further|additional|real|actual|important|secret|"
            r"hidden) (?:system )?instructions?\s*(?::|for (?:the (?:ai|model|assistant)|you|any|all)|"
            r"follow)",
            r"\b(?:nuevas|verdaderas|siguientes) instrucciones\s*(?:[:.-]|para)|"
            r"\binstrucciones para (?:la |el |cualquier )?"
            rf"{_MAQUINA}\b",
            rf"\b(?:instructions?|notes?|messages?|commands?|reminder|attention|attn|warning|dear|hey|"
            rf"hello|memo)\s*(?:,|:|for|to)?\s*(?:the |any |all |an? |every )?{_MACHINE}(?:s\b|"
            rf"\b)(?!\w)(?:\s*[:,!.-]|\s+(?:that|who|reading|processing|must|should|summari|analy|only)|$)",
            rf"\b(?:nota|aviso|mensaje|atencion|instruccion|hola|estimad[oa]|querid[oa])\s*(?:,|:|para|"
            rf"a)?\s*(?:la |el |al |cualquier |todas las )?{_MAQUINA}\s*(?:[:,!.-]|que\b|$)",
            r"\b(?:if you are|si eres|as|como) (?:an? |una? )?(?:ai|llm|language model|"
            r"large language model|ia|modelo de lenguaje|inteligencia artificial)\b(?! (?:chat|bot|help|"
            r"support|company|user|customer|cliente))",
            rf"\b{_MACHINE}s? (?:reading|processing|analy[sz]ing|summari[sz]ing|that reads?|must|shall) ",
            # Who it is to be.
            r"\b(?:you are|you're|you become|act as|behave as|pretend (?:to be|you are|that you are)|"
            r"roleplay as)\s+(?:now\s+|no longer\s+|actually\s+)?"
            rf"{_ANY}{{0,3}}?(?:ai|assistant|model|llm|chatbot|gpt|dan|unrestricted|unfiltered|jailbroken|"
            rf"hacker|admin(?:istrator)?|root|evaluator|developer|pirate|free of|bound by)\b",
            rf"\b(?:eres|seras|actua como|comportate como|finge (?:ser|que eres)|"
            rf"simula ser)\s+(?:ahora\s+)?{_ANY}{{0,3}}?(?:ia|asistente|modelo|inteligencia artificial|"
            rf"chatbot|dan|hacker|administrador|pirata|sin restricciones|libre de)\b",
            r"\bfrom now on,? (?:you|ignore|only|always|respond|reply|answer|act)\b|\b(?:a partir de|"
            r"desde) ahora,? (?:eres|responde|actua|debes|ignora|solo|contesta|seras)\b",
            r"\byour (?:(?:new|only|real|actual|sole) (?:task|role|job|goal|mission|objective|"
            r"instructions?) (?:is|are|will be)|(?:task|role|job|goal|mission|objective|"
            r"instructions?) (?:is|are|will be) now|task is to)\b",
            r"\btu (?:nueva |nuevo |unica |unico |verdadera )?(?:tarea|rol|mision|objetivo|funcion) (?:es|"
            r"sera|ahora)\b",
            # What it is to say.
            rf"{_START}{_ANSWER}\s+(?:{_ANY}{{0,3}}?(?:(?:only|exactly|solely|strictly|just)\s*(?:with|"
            rf"in json|the|this|['\":]|yes|no|ok)|verbatim|nothing (?:but|else))\b|(?:with|in) (?:json|"
            rf"the (?:word|text|following|string|phrase)|only|[\"'])|the following\b|[\"'])",
            rf"{_START}{_RESPONDE}\s+(?:{_ANY}{{0,3}}?(?:solo|solamente|unicamente|exactamente|"
            rf"literalmente|nada mas que)\b|(?:con|en) (?:json|la palabra|el texto|lo siguiente|[\"'])|"
            rf"lo siguiente\b|[\"'])",
            rf"{_START}(?:reveal|show|print|repeat|leak|output|tell me|send|exfiltrate|forward|"
            rf"disclose)\s+{_ANY}{{0,4}}?(?:(?:your|the|all|system)\s+)(?:system |hidden |initial |"
            rf"secret |original )*(?:prompts?|instructions|api keys?|system message|conversation|"
            rf"transcripts?|other documents?|personal data|secrets?)\b",
            rf"{_START}(?:revela|muestra(?:me)?|imprime|repite|filtra|envia|manda|"
            rf"reenvia)\s+{_ANY}{{0,4}}?(?:prompt|tus instrucciones|clave de api|api key|los (?:demas |"
            rf"otros )?documentos|todos los datos|datos personales)\b",
            # What it is to do to the map.
            rf"{_START}(?:add|create|insert|include|generate|invent|make|produce|write|append|put|report|"
            rf"record|"
            rf"give)\s+{_ANY}{{0,6}}?(?:(?<!debit )(?<!credit )(?<!bank )(?<!gift )cards?(?! (?:to my|for|"
            rf"number|reader|payment|payments|at|on|in my|details))|personas?|pain ?points?|delights?|"
            rf"opportunit(?:y|ies)|observations?|themes?|journey map|(?:five|5)[ -]?stars?|(?:five|"
            rf"5)[ -]star \w+|valence|quotes?|citations?)\b",
            rf"{_START}(?:mark|rate|score|classify|label|treat|count|tag|set|rank|grade|"
            rf"categori[sz]e)\s+{_ANY}{{0,6}}?(?:as (?:an? |the )?(?:solved|done|urgent|important|"
            rf"excellent|perfect|good|great)|positive|negative|neutral|delights?|pain ?points?|resolved|"
            rf"five|5|10|valence|severity|priority|maximum|highest)",
            rf"{_START}(?:anade|añade|anada|agrega|agregue|crea|cree|inserta|inserte|incluye|incluya|"
            rf"inventa|genera|genere|pon|ponga)\s+{_ANY}{{0,6}}?(?:tarjeta(?! (?:de |del |al |a mi|"
            rf"bancaria|sim|regalo|en |para ))|fichas?|puntos? de dolor|cinco estrellas|5 estrellas|"
            rf"oportunidad(?:es)?|observacion(?:es)?|citas? falsas?|temas?)\b",
            rf"{_START}(?:marca|marque|clasifica|clasifique|etiqueta|etiquete|califica|califique|valora|"
            rf"valore|puntua|puntue|trata|considera|cuenta)\s+{_ANY}{{0,6}}?(?:como|"
            rf"con)\s+{_ANY}{{0,3}}?(?:positiv[oa]s?|negativ[oa]s?|neutr[oa]s?|resuelt[oa]s?|cinco|5|10|"
            rf"maxim[oa]|deleite|dolor|excelente)\b",
            rf"{_START}(?:do not|don't|never)\s+(?:mention|report|include|cite|list|extract|summari[sz]e|"
            rf"record|flag|reveal|quote)\s+{_ANY}{{0,4}}?(?:any|this|these|those|negative|complaints?|"
            rf"problems?|pain|other|above|following|it)\b",
            rf"{_START}no\s+(?:menciones|informes|incluyas|reportes|cites|extraigas|resumas|registres|"
            rf"reveles)\b",
            rf"{_START}(?:delete|remove|drop|erase|borra|elimina)\s+{_ANY}{{0,4}}?(?:cards?|personas?|"
            rf"observations?|other (?:documents?|sources?)|from the (?:map|journey)|tarjetas|"
            rf"observaciones|del mapa)\b",
            rf"{_START}{_HANDLE}\s+{_ANY}{{0,4}}?(?:all|every|each|any|others?|rest|everything)\s+{_ANY}{{0,4}}?"
            rf"{_FINDINGS}\b",
            rf"{_START}{_HANDLE}\s+{_ANY}{{0,5}}?{_FINDINGS}\s+of\s+{_ANY}{{0,2}}?(?:other|others|study)\b",
            rf"{_START}{_MANEJA}\s+{_ANY}{{0,4}}?(?:tod[oa]s?|cada|demas|otr[oa]s|resto)\s+{_ANY}{{0,4}}?"
            rf"{_HALLAZGOS}\b",
            rf"{_START}{_MANEJA}\s+{_ANY}{{0,5}}?{_HALLAZGOS}\s+(?:del|de)\s+{_ANY}{{0,2}}?(?:estudio|demas|"
            rf"otr[oa]s)\b",
            r"\b(?:ai|automat(?:ed|ic)) readers?\b|\blector(?:es)? automaticos?\b|\b(?:any|every) ai\b|"
            r"\bcualquier ia\b",
            r"\b(?:analysis|transcription|language|summari[sz]ation) model\b|\bmodelo de (?:analisis|"
            r"transcripcion|resumen)\b",
            r"\b(?:system|model|machine|program) that reads?\b|\b(?:sistema|modelo|programa) que lee\b",
            r"\bfrom (?:here|this point) on(?:wards?)?,? (?:only |always )?(?:write|answer|reply|respond|report|"
            r"put)\b",
            r"\ba partir de aqui,? (?:solo |siempre )?(?:escribe|responde|contesta|pon|informa)\b",
            # A reply instead of words, and words that only a machine reads.
            r"\{\s*\"\w[\w ]*\"\s*:|\b[a-z0-9+/]{40,}={0,2}(?!\w)",
            r"\boverride (?:code|mode|protocol|safety|all)\b|\bsudo\b|\bbase64\b|\btool call\b",
        )
    )
)
