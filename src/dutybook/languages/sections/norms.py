"""Pack sections ``[norms]`` and ``[actors]``: cues of modality, formulas that are no norms, who acts.

Cue patterns are written as words with spaces between them. ``a|b`` are alternatives, ``_`` is any one word, ``…``
stands for up to twelve words without punctuation, ``/…/`` is a regular expression for one word (dear: use few).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dutybook.languages.sections.base import Section


class Cues(Section):
    """Patterns by what they say. ``recommendation`` is an obligation of strength *should*."""

    obligation: tuple[str, ...] = ()
    prohibition: tuple[str, ...] = ()
    permission: tuple[str, ...] = ()
    exemption: tuple[str, ...] = ()
    recommendation: tuple[str, ...] = ()


class Norms(Section):
    """How a language commands.

    ``mood``: ``modal`` (a norm needs a cue), ``indicative`` (in acts, a plain main clause commands).
    ``hard``: cue words that command wherever they stand in a sentence's main clause ("shall").
    ``verb_final``: a finite verb at the end of its clause marks that clause as subordinate.
    ``complementizers``: subordinators that open nothing but a clause ("dass", while "bis" also opens a phrase).
    ``demonstratives``: relatives that, right after a comma, are none ("that").
    ``constitutive``: patterns of sentences that are no norms, by reason.
    ``no_subject``: how a sentence begins whose subject is the act or a provision itself.
    ``tails``: first words of clauses that follow a comma and state a norm of their own.
    ``list_*``: how a list's stem ends (``actions`` lead into verbs, ``contents`` into parts, ``conditions`` into
    conditions). ``documents``: things whose parts a list names. ``negated``: what a negation in the main clause makes
    of a cue (``permission = "prohibition"``); the key ``indicative`` is a command without a cue. ``only`` makes a
    permission a prohibition. ``opinion``: words by which news reports wishes and forecasts.
    ``closing_verbs``: what may stand behind a cue at the end of a subordinate clause ("verpflichtet *sind*").
    ``binding_verbs``: verbs whose indicative commands in national law even where nobody is named ("umfasst").
    ``binding_endings``: endings of such verbs (a reflexive that stands for a passive: "efetua-se").
    ``subject_first``: a subject stands before its verb or is left out; ``no_negations`` then are its determiners
    ("nenhum operador pode"), and pronouns stand alone only before a verb.
    ``scope_subjects``: how a sentence begins whose subject is the whole act: that it does not apply is its scope.
    ``acronyms``: the class of a subject that is an unknown abbreviation in capitals ("a EMEL pode").
    ``enclitics``: pronouns glued to a verb ("informa-o").
    ``competence_cues``: words of duties that state competence where an authority bears them ("compete à câmara …").
    ``draft_cues``: what cues say in the conditional ("would have to") reports a draft rule and is no opinion.
    ``impersonal_cues``: words of duties that news state without anybody who is bound ("é obrigatório").
    ``feedback``: words by which guidance reports what others said or what was once proposed ("respondents suggested").
    ``oblique_cues``: words of cues whose bearer stands where a recipient does ("untersagt ist den Betreibern …").
    ``commanding_verbs``: verbs whose indicative with a named actor commands in guidance, too ("le banche adottano"); where
    they are given, an actor behind the verb of a clause that begins with another noun is its object.
    ``clause_endings``: endings of first words that open a clause without a subject of its own ("tenendo conto …");
    ``purpose_openers``: words that do so before a word with one of ``infinitive_endings`` ("per garantire …").
    ``participle_endings`` where subjects stand anywhere: an auxiliary without such a word behind it is no passive.
    ``verb_clitics``: where given, a negation turns a verb only right before it, with such words between ("non lo può").
    ``restrictives``: words by which a negation of the verb says "only", unless one of ``full_negations`` stands before them
    ("ne … que").
    ``forecast_cues``: words of cues by which news reports a draft's rules, but forecasts what an authority does ("devrait"). ``news_duties``: words of cues by
    which news reports a duty whoever bears it ("devront"). ``future_endings``: endings of verbs in the future, which
    command as ``commanding_verbs`` do.
    ``phrase_openers``: subordinators that open a phrase, too: with the main verb in their segment they open no clause.
    After one of ``noun_signals`` such a word is a noun ("la verifica"). ``descriptive_verbs`` among them command nobody in guidance ("dispone"). ``binding_participles``: passives that command in guidance ("sono annotati").
    ``guidance_verbs``: verbs that command in guidance where a business is their subject ("de instelling beschikt over …").
    ``personal_verbs``: verbs whose subject is somebody, also one that the pack does not know ("de molenaar meldt").
    ``inner_openers``: words that open a clause inside a segment, without a comma ("gegevens die …", "zorgt ervoor dat
    …"); after a preposition, an auxiliary or one of ``determiner_after``, those of them that are determiners are that.
    ``clause_leads``: three words of which the last opens a clause though a preposition stands before it ("zorg voor dat").
    ``question_words`` open a clause behind one of ``question_verbs`` ("toetst of de code wordt nageleefd").
    ``guidance_cues``: words of cues that advise in guidance; news states opinions by them ("het is belangrijk dat").
    ``abilities``: words of what is possible ("kan"): in guidance they bind only somebody named, or in the passive.
    ``announcing``: words at a stem's end that announce things ("any of the *following* aspects"): no verb begins one.
    ``appeals``: words of appeals, which no authority makes. ``appointing``: verbs whose reflexive says who is appointed ("se imenuje").
    ``neuter_cues``: words of impersonal cues: an unknown noun before them is their object ("Pritužbe bi *trebalo* riješiti").
    ``no_openers``: phrases that begin like a clause and are none ("indien nodig", "als onderdeel van").
    ``citation_parts``: words after a comma that go on with a citation ("artikel 3, lid 2, van toepassing is"): such commas
    part no clauses.
    ``auxiliaries``: finite auxiliary verbs of a language whose main clause has its verb second; a clause that opens the
    sentence then goes on to the verb behind a comma ("indien …, en niet …, stelt …"), and what stands before "en kan" is
    a command of its own. ``no_cue_after``: words after which a cue is an infinitive ("te kunnen"). ``mock_negations``:
    phrases that negate nothing ("al dan niet").
    ``command_endings``: endings of verbs that command without a cue (the Spanish future: "garantizará"); where they are
    set, no other plain clause commands. ``clitics``: unstressed words between a subject, a relative or a negation and
    its verb ("no se le exigirá"); where they are set, only a negation next to its verb turns it, but for negatives such
    as "nobody", which are not among ``close_negations``. ``reflexives``: clitics that make a passive ("se", "-se").
    ``pro_drop``: a verb without a subject goes on with the one before. ``reporting``: verbs behind which a complementizer
    leads to the subject that is meant ("la ministra anunció que los hoteles deberán …").
    ``personal_cues``: words of cues of which only somebody can be the subject ("tenus"): a noun before them that no list
    holds is the bearer, unless it ends like a thing (``thing_endings``); so it is before a modal verb unless one of
    ``thing_verbs`` follows ("doit comporter").
    ``article_context``: what an article spoke of ends with it, also where subjects are not dropped.
    ``impersonal``: words of clauses without a subject ("się", "można"): nobody is named, and no object is taken for one.
    ``plural_verb_endings``: by them a noun whose plural subject looks like another case is told from that case.
    ``clauses_need_verbs``: a subordinate clause without a verb (``item_verbs``, ``verb_endings``) goes on past insertions.
    ``participles_anywhere``: the participle of a passive may stand before its auxiliary ("wydany zostaje").
    ``whole_abbreviations``: the tokenizer does not know the pack's abbreviations, whose stops would end clauses.
    ``main_openers``: words that open the main clause after a condition ("jeżeli …, to …").
    ``reported_forms``: verbs that command by their form in news, too ("la norma exigirá a los bares …").
    ``subject_cues``: first words of cues that bind their subject, also with one of ``oblique_cues`` ("tienen prohibido").
    ``complement_cues``: words of cues whose bearer is the subject of the clause they open ("oczekuje, że banki …").
    ``advice``: words by which a cue of another modality only advises ("wird abgeraten").
    ``explicit_permissions``: where given, guidance permits by a cue with one of these words even where nobody is named
    ("darf elektronisch geführt werden"), while other permissions may be mere abilities.
    ``permitting_participles``: what guidance permits in the passive ("kann auf Papier eingereicht werden").
    ``duty_prefixes``: beginnings by which a verb states a duty ("*jā*iesniedz"). ``passive_endings``: endings of verbs in the
    passive ("υποβάλλεται"); ``active_endings``: those of words that end like one and are none ("bendradarbiau*dama*").
    ``no_gap_over``: finite verbs over which no gap of a cue goes ("müssen … und dürfen … nicht" is no "müssen … nicht").
    ``free_relatives``: words of clauses that name the bearer themselves ("Wer ein Boot vermietet, muss …").
    ``reflexive_after``: endings of words behind which an ``impersonal`` word makes no clause impersonal ("stosować się").
    ``addressing_cues``: words of cues whose bearer stands right behind them ("obbliga i gestori", "si attende che le banche");
    ``impersonal_commands``: verbs that command in guidance after one of ``reflexives`` ("la domanda si presenta …");
    ``unnamed_permissions``: in guidance a cue of several words, or a passive, permits also where nobody is named.
    ``conduct_cues``: words of cues whose subject is conduct: the agent stands with it ("the use of nets by anglers is
    *prohibited*"). ``acted_formulas``: constitutive formulas that command where somebody is their subject ("shall apply for").
    ``insertions``: words, beside adverbs, that may begin what stands between a modal verb and its negation ("shall *in* such
    cases not"): where they are given, a cue's gap before a negation begins with one.
    ``purpose_endings``: of participles that end a phrase of purpose before the main clause ("ezt elősegít*endő*, …").
    ``lost_items``: with what a list's item still commands where its stem is lost ("*biztosítják*, hogy …;").
    ``content_verbs``: what an abbreviation in capitals is a thing before ("the VTSR shall contain"); where order is free,
    verbs whose subject is always a thing ("a leírás *magában* foglalja").
    ``unnegated``: words after which a negation turns nothing ("nie później niż", "not later than").
    ``negative_prefix``: what, before a verb that the pack knows, negates it ("*ne*zajistí"). ``passive_reflexives``: words
    that make a clause in which nobody is named passive ("žádost *se* podává"); beside a named subject they say nothing.
    ``condition_enclitics``: what a hyphen joins to a clause's first word to make it a condition ("je-*li*"). ``ordinal_stops``: a
    full stop behind a figure ends no clause ("članka 5. stavka 2.").
    ``negation_stops``: words behind which, after a cue, a negation turns nothing ("får besluta *att* … inte").
    ``subjects_anywhere``: a subject may stand behind its verb, though no indicative commands ("I så fall *ska hamnen* …").
    ``main_verbs``: verbs that begin the main clause behind a clause that no comma ends ("Om fartyget dröjer *ska* …").
    ``expletives``: relatives that open a main clause at a sentence's start ("*Der* oprettes …"). ``shortest_clause``: how many
    words a plain main clause has at least where another clause depends on it ("Komissio varmistaa, että …").
    ``passive_forms``: regular expressions for verbs whose form is passive ("lämnas", "ilmoitetaan").
    ``object_endings``: of first words that are an object: guidance then commands without a subject ("Kvīti izsniedz").
    ``negated_passive_forms``: the same behind a negation ("ei rajata"), unless one of ``connegative_endings`` makes the word
    a verb of ``item_verbs`` ("ei teata", "teatab"): it is then active.
    ``form_cues``: the same for verbs whose form is a cue, by what it says ("megtagadhatja" is a permission).
    ``cue_auxiliaries``: first words of cues behind which one of ``cue_adverbs`` may stand ("are *also* required to").
    ``asked_by``: words that open a question behind a verb ("defines *how* conflicts are to be handled"), but for an infinitive
    ("how to"). ``only_leads``: words and signs before which ``limiting`` ("only") limits a permission however far behind it.
    ``stating``: verbs that a main clause has, so that what a relative behind them opens is none.
    ``asking``: words that lead to a question inside a clause ("standards *of how* long firms should …"), whose cue is none.
    ``happenings``: what may or can be without anybody's leave: in guidance and news a bare permission before such a word, its
    adverbs and words of ``perfect`` left out, speaks of a possibility ("customers may *find* it hard").
    ``verb_second``: what stands between a subject that begins its main clause and the verb belongs to the subject.
    ``becoming``: endings of predicates before an auxiliary of the passive that then is none ("tät*ig* werden").
    ``applying``: words of exemptions whose bearer stands behind one of ``applied_to`` ("*gelten* nicht *für* Betreiber").
    ``contrasts``: behind a comma they say what instead of what a negation takes away ("nicht an das Amt, *sondern* an den Hafen").
    ``speakers``: words by which guidance speaks for its author or to its reader; where it does not and the language needs a cue
    elsewhere, ``guidance_verbs`` behind their subject command ("The board *approves* the plan"). ``task_words``: before a list
    of tasks they say whose they are ("The *duties* of the compliance function include:").
    ``perfect_auxiliaries``: where given, a participle alone that forbids, behind a noun and with another verb in its clause,
    describes that noun ("les produits *interdits* sont retirés"); behind one of these it is the verb ("a interdit").
    ``complement_prepositions``: before the infinitives that a stem's command governs ("è fatto obbligo agli utenti *di*: …").
    ``announcements``: how a sentence ends that only leads to sentences of their own ("esclarece-se o seguinte:").
    ``additions``: words by which a subject goes on behind an insertion ("clubs that …, *as well as* public bodies").
    ``close_obliques``: who is bound by one of ``oblique_cues`` stands right before it ("tarjoajan *on* ilmoitettava").
    """

    mood: Literal["modal", "indicative"] = "modal"
    cues: Cues = Cues()
    hard: tuple[str, ...] = ()
    verb_final: bool = False
    negations: tuple[str, ...] = ()
    no_negations: tuple[str, ...] = ()
    constitutive: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    no_subject: tuple[str, ...] = ()
    subordinators: tuple[str, ...] = ()
    complementizers: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    additions: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    list_actions: tuple[str, ...] = ()
    list_ensure: tuple[str, ...] = ()
    list_contents: tuple[str, ...] = ()
    list_conditions: tuple[str, ...] = ()
    list_tasks: tuple[str, ...] = ()
    item_nouns: tuple[str, ...] = ()
    item_verbs: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    closing_verbs: tuple[str, ...] = ()
    binding_verbs: tuple[str, ...] = ()
    binding_endings: tuple[str, ...] = ()
    subject_first: bool = False
    enclitics: tuple[str, ...] = ()
    acronyms: Literal["authority", "business"] | None = None
    scope_subjects: tuple[str, ...] = ()
    competence_cues: tuple[str, ...] = ()
    draft_cues: bool = False
    impersonal_cues: tuple[str, ...] = ()
    opinion: tuple[str, ...] = ()
    forecast_cues: tuple[str, ...] = ()
    news_duties: tuple[str, ...] = ()
    future_endings: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    passive: tuple[str, ...] = ()
    passive_cues: tuple[str, ...] = ()
    oblique_cues: tuple[str, ...] = ()
    active_be: tuple[str, ...] = ()
    demonstratives: tuple[str, ...] = ()
    subject_relatives: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    negated: dict[str, Literal["obligation", "prohibition", "permission", "exemption"]] = Field(default_factory=dict)
    item_negations: tuple[str, ...] = ()
    verb_endings: tuple[str, ...] = ()
    predicate_endings: tuple[str, ...] = ()
    participle_endings: tuple[str, ...] = ()
    commanding_verbs: tuple[str, ...] = ()
    descriptive_verbs: tuple[str, ...] = ()
    noun_signals: tuple[str, ...] = ()
    guidance_verbs: tuple[str, ...] = ()
    personal_verbs: tuple[str, ...] = ()
    binding_participles: tuple[str, ...] = ()
    verb_clitics: tuple[str, ...] = ()
    restrictives: tuple[str, ...] = ()
    full_negations: tuple[str, ...] = ()
    phrase_openers: tuple[str, ...] = ()
    clause_endings: tuple[str, ...] = ()
    purpose_openers: tuple[str, ...] = ()
    infinitive_endings: tuple[str, ...] = ()
    adverb_endings: tuple[str, ...] = ()
    between_verbs: tuple[str, ...] = ()
    resumptives: tuple[str, ...] = ()
    subject_stops: tuple[str, ...] = ()
    complement_openers: tuple[str, ...] = ()
    inner_openers: tuple[str, ...] = ()
    determiner_after: tuple[str, ...] = ()
    command_endings: tuple[str, ...] = ()
    clitics: tuple[str, ...] = ()
    close_negations: tuple[str, ...] = ()
    reflexives: tuple[str, ...] = ()
    pro_drop: bool = False
    reporting: tuple[str, ...] = ()
    article_context: bool = False
    personal_cues: tuple[str, ...] = ()
    thing_endings: tuple[str, ...] = ()
    thing_verbs: tuple[str, ...] = ()
    impersonal: tuple[str, ...] = ()
    plural_verb_endings: tuple[str, ...] = ()
    unnegated: tuple[str, ...] = ()
    reflexive_after: tuple[str, ...] = ()
    clauses_need_verbs: bool = False
    participles_anywhere: bool = False
    auxiliaries: tuple[str, ...] = ()
    no_cue_after: tuple[str, ...] = ()
    announcing: tuple[str, ...] = ()
    no_openers: tuple[str, ...] = ()
    question_words: tuple[str, ...] = ()
    clause_leads: tuple[str, ...] = ()
    question_verbs: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ()
    guidance_cues: tuple[str, ...] = ()
    citation_parts: tuple[str, ...] = ()
    mock_negations: tuple[str, ...] = ()
    whole_abbreviations: bool = False
    main_openers: tuple[str, ...] = ()
    appeals: tuple[str, ...] = ()
    appointing: tuple[str, ...] = ()
    neuter_cues: tuple[str, ...] = ()
    complement_cues: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    explicit_permissions: tuple[str, ...] = ()
    free_relatives: tuple[str, ...] = ()
    no_gap_over: tuple[str, ...] = ()
    duty_prefixes: tuple[str, ...] = ()
    passive_endings: tuple[str, ...] = ()
    active_endings: tuple[str, ...] = ()
    permitting_participles: tuple[str, ...] = ()
    reported_forms: tuple[str, ...] = ()
    subject_cues: tuple[str, ...] = ()
    addressing_cues: tuple[str, ...] = ()
    impersonal_commands: tuple[str, ...] = ()
    unnamed_permissions: bool = False
    conduct_cues: tuple[str, ...] = ()
    acted_formulas: tuple[str, ...] = ()
    content_verbs: tuple[str, ...] = ()
    lost_items: tuple[str, ...] = ()
    purpose_endings: tuple[str, ...] = ()
    insertions: tuple[str, ...] = ()
    negative_prefix: str = ""
    passive_reflexives: tuple[str, ...] = ()
    condition_enclitics: tuple[str, ...] = ()
    ordinal_stops: bool = False
    negation_stops: tuple[str, ...] = ()
    subjects_anywhere: bool = False
    main_verbs: tuple[str, ...] = ()
    expletives: tuple[str, ...] = ()
    shortest_clause: int = 4
    passive_forms: tuple[str, ...] = ()
    negated_passive_forms: tuple[str, ...] = ()
    object_endings: tuple[str, ...] = ()
    connegative_endings: tuple[str, ...] = ()
    cue_auxiliaries: tuple[str, ...] = ()
    cue_adverbs: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()
    only_leads: tuple[str, ...] = ()
    limiting: str = ""
    stating: tuple[str, ...] = ()
    happenings: tuple[str, ...] = ()
    perfect: tuple[str, ...] = ()
    form_cues: dict[Literal["obligation", "prohibition", "permission", "exemption"], tuple[str, ...]] = Field(
        default_factory=dict
    )
    verb_second: bool = False
    speakers: tuple[str, ...] = ()
    task_words: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()
    becoming: tuple[str, ...] = ()
    applying: tuple[str, ...] = ()
    applied_to: tuple[str, ...] = ()
    close_obliques: bool = False
    perfect_auxiliaries: tuple[str, ...] = ()
    complement_prepositions: tuple[str, ...] = ()
    announcements: tuple[str, ...] = ()

    @property
    def free_order(self) -> bool:
        """Whether a subject may also stand behind its verb."""
        return self.verb_final or self.mood == "indicative" or self.subjects_anywhere


Case = Literal["nom", "gen", "dat", "acc", "ins", "loc"]


class Declension(Section):
    """How words that end in ``ending`` are inflected: what stands for that ending in each case, ``a/b`` for two forms."""

    ending: str
    singular: dict[Case, str]
    plural: dict[Case, str] = Field(default_factory=dict)


class Actors(Section):
    """Nouns for those who bear norms.

    Words are matched with ``inflections`` appended and, where ``compounds`` is set, as the end of a longer word;
    ``capital_nouns`` says whether such a language capitalises its nouns. ``object_pronouns``: what stands behind one of the
    ``oblique_cues`` for somebody named before ("entitles *them*"). ``demonstrative_pronouns`` stand for an actor
    only where no noun follows them ("deze meldt", but "deze haven"). ``complement_stops``: nouns after a
    ``complement_links`` that make an idiom ("van mening"); ``complement_adjectives``: how adjectives end before such a noun,
    where not as the first of ``adjective_endings`` ("leverantörer av onlinebaserade tjänster"). ``oblique_prepositions``: before the bearer of one
    of the ``oblique_cues``, where these are not those of a recipient.
    ``described``: words that stand for an actor with their relative clause only ("degene die …").
    ``anybody_cues``: words of cues that bind anybody where nobody is named ("het is verboden").
    ``feminine``: endings of nouns for which ``ambiguous_determiners`` are not in the nominative.
    ``asked_of``: prepositions before those of whom something is expected ("*od* banaka se očekuje"). ``incumbent``: beginnings of
    cues with a gap in which their bearer stands ("*na* izvođaču je obveza"). ``instrumental_agents``: a case names the agent.
    ``nobody``: subjects of bans on everybody ("nitko"). ``nominative_adjectives``: endings of adjectives before a nominative.
    ``object_endings``: endings of accusatives, which no subject has ("potvrd*u* izdaje ispitna kuća").
    ``agent_phrases``: what stands before the agent of a passive as its preposition does ("under the responsibility of").
    ``name_links``: words within an authority's name ("Ministerium für …").
    ``noun_links``: words by which a bare noun stays with the one before it ("Anbieter *von* Diensten"), as do nouns behind
    ``genitive_determiners`` ("Leiter *des* Amts") and behind adjectives with ``genitive_adjectives``.
    ``oblique_endings``: endings of nouns with their article and what they become where somebody is addressed or owns
    ("operator*ul*", "operator*ului*"); such a form is no subject, and names who is bound at a clause's start;
    ``oblique_adjectives``: what the last letter of the words behind it becomes.
    ``plurals``: endings and what they become, for each word of a noun up to its first preposition ("Stato membro di …").
    ``premodifiers``: where given, only these, and words with ``complement_endings``, stand between determiner and noun.
    ``latter``: pronouns of two words that stand for the actor named last, in any case ("quest'ultimo").
    ``complement_links``: words by which what follows a noun stays with it ("gestore di un porto"), as do words with one of
    ``complement_endings`` (adjectives: "autorità nazionale").
    ``plural_endings``: of nouns before which an ``ambiguous_determiners`` word is a preposition ("a consumidores").
    ``postpositions``: words behind a noun that is then no subject ("a kikötő *által* kiadott").
    ``private_acts``: what no authority does where nobody is named ("est subordonné à un agrément").
    ``definition_heads``: what a definition says of a term that names an actor, by class. ``public_acts``: what only
    public bodies make ("implementing acts") or do ("engedélyt … vissza kell vonni"); who must, where nobody is named, is an authority.
    ``actor_endings``: endings of nouns that are actors wherever they stand though no list holds them, but for ``no_actors``;
    they are taken for businesses ("numérisateur"); where nouns are declined, in every case ("vuokraa*jan*").
    ``possessed_endings``: of nouns that belong to what stands right before them ("a hatóság dönt*ése*"), or behind one of
    ``before_possessed``: that is then no subject; ``possessed_heads`` end the name of somebody ("a hatóság *képviselője*").
    ``rows_apart``: of two actors in a row the first acts and the second is its object (Irish: the verb leads);
    ``oblique_reach``: who is bound by one of ``oblique_cues`` stands at most so many words behind it ("ní mór *don oibreoir*").
    ``personal_infinitives``: endings of infinitives that say who acts where nobody is named ("közöl*nie* kell").
    ``head_first``: of a row of actors the first is meant ("empresa titular"). ``articles_required``: without a determiner only a clause's first noun is its subject.
    ``declensions``: where case is an ending, every word of a noun up to ``|`` takes the ending of each case ("operator |
    usługi kluczowej"); the longest ``ending`` that fits counts, a word that none fits stays as it is. Then ``adjectives``
    are what may stand before a noun, ``genitive_complements`` says that nouns in the genitive after it belong to it,
    which ``genitive_links`` go on with ("właściwy do spraw") and ``genitive_stops`` and words with one of
    ``genitive_stop_endings`` end, behind a dative with one of ``dative_stop_endings`` ("zakazuje turystom biwakowania");
    what follows one with an ending of ``active_participles`` belongs to it up to the verb ("osoba ubiegająca się o wpis"); ``noun_clauses`` make a noun a
    term of its own (", której dane dotyczą").
    ``agent_endings``: how nouns end that name somebody though no list holds them ("holder"), but for ``no_agents`` ("order");
    ``subject_leads``: words before such a subject ("auch"). ``activity_nouns``: actors that are an activity where a
    determiner follows ("der Betrieb einer Fähre"). ``no_compounds``: compounds that only end like one ("Schnittstelle").
    ``thing_heads``: nouns that end a subject which an actor's noun only describes ("the carrier *agreement* shall").
    ``possessives`` and ``hyphens``: what behind an actor makes it describe a thing, too ("the port's tariffs", "port-wide rules");
    ``abstract_endings``: how nouns end that are no actor, though a verb of ``personal_verbs`` follows ("cooperation shall
    ensure"); ``definite_endings``: how nouns end that are meant definitely, where no article stands before them ("slussvakt*en*").
    ``leading_genitives``: how nouns in the genitive end that stand before the noun they belong to ("*pakalpojumu* sniedzējs");
    ``indefinite``: determiners of an example ("*a* firm sends …").
    ``hyphened_articles``: a hyphen joins determiners and prepositions to their noun ("il-fornitur", "tal-port").
    ``premodifier_endings``: endings of words that belong to a declined noun behind them ("verkossa toimivien
    palvelujen *tarjoajien*"), but for ``premodifier_stops``. ``declined_compounds``: a declined noun may end a longer word.
    ``verbs_apart``: no verb of ``item_verbs`` is taken for an adjective.
    ``subject_insertions``: words of insertions behind a subject ("carriers, *other than* ferries, shall").
    ``no_nouns``: how words end that begin no subject, or govern one ("concerning the carrier"). ``addressees``: how guidance speaks to its reader
    ("u"). ``free_relatives``: words of clauses that are a subject ("wie een put slaat"). ``personal_verbs``: what only somebody can do ("notify"): whoever
    shall do it is a bearer; ``personal_cues``: words of cues that bind only somebody ("obowiązany").
    """

    business: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    inflections: tuple[str, ...] = ("",)
    plurals: dict[str, str] = Field(default_factory=dict)
    oblique_endings: dict[str, str] = Field(default_factory=dict)
    oblique_adjectives: dict[str, str] = Field(default_factory=dict)
    premodifiers: tuple[str, ...] = ()
    latter: tuple[str, ...] = ()
    complement_links: tuple[str, ...] = ()
    complement_endings: tuple[str, ...] = ()
    complement_stops: tuple[str, ...] = ()
    complement_adjectives: tuple[str, ...] = ()
    compounds: bool = False
    capital_nouns: bool = True
    determiners: tuple[str, ...] = ()
    indefinite: tuple[str, ...] = ()
    oblique_determiners: tuple[str, ...] = ()
    ambiguous_determiners: tuple[str, ...] = ()
    feminine: tuple[str, ...] = ()
    prepositions: tuple[str, ...] = ()
    name_links: tuple[str, ...] = ()
    noun_links: tuple[str, ...] = ()
    genitive_determiners: tuple[str, ...] = ()
    genitive_adjectives: tuple[str, ...] = ()
    agent_prepositions: tuple[str, ...] = ()
    asked_of: tuple[str, ...] = ()
    incumbent: tuple[str, ...] = ()
    instrumental_agents: bool = False
    nobody: tuple[str, ...] = ()
    nominative_adjectives: tuple[str, ...] = ()
    object_endings: tuple[str, ...] = ()
    agent_phrases: tuple[str, ...] = ()
    recipient_prepositions: tuple[str, ...] = ()
    oblique_prepositions: tuple[str, ...] = ()
    plural_endings: tuple[str, ...] = ()
    pronouns: tuple[str, ...] = ()
    demonstrative_pronouns: tuple[str, ...] = ()
    object_pronouns: tuple[str, ...] = ()
    adjective_endings: tuple[str, ...] = ()
    declensions: tuple[Declension, ...] = ()
    declined_compounds: bool = False
    adjectives: tuple[str, ...] = ()
    genitive_complements: bool = False
    genitive_links: tuple[str, ...] = ()
    genitive_stops: tuple[str, ...] = ()
    genitive_stop_endings: tuple[str, ...] = ()
    dative_stop_endings: tuple[str, ...] = ()
    active_participles: tuple[str, ...] = ()
    noun_clauses: tuple[str, ...] = ()
    definition_heads: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    public_acts: tuple[str, ...] = ()
    private_acts: tuple[str, ...] = ()
    anybody_cues: tuple[str, ...] = ()
    described: tuple[str, ...] = ()
    agent_endings: tuple[str, ...] = ()
    no_agents: tuple[str, ...] = ()
    no_nouns: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    free_relatives: tuple[str, ...] = ()
    personal_verbs: tuple[str, ...] = ()
    subject_leads: tuple[str, ...] = ()
    activity_nouns: tuple[str, ...] = ()
    no_compounds: tuple[str, ...] = ()
    personal_cues: tuple[str, ...] = ()
    head_first: bool = False
    actor_endings: tuple[str, ...] = ()
    possessed_endings: tuple[str, ...] = ()
    possessed_heads: tuple[str, ...] = ()
    before_possessed: tuple[str, ...] = ()
    personal_infinitives: tuple[str, ...] = ()
    rows_apart: bool = False
    oblique_reach: int = 0
    no_actors: tuple[str, ...] = ()
    articles_required: bool = False
    thing_heads: tuple[str, ...] = ()
    possessives: tuple[str, ...] = ()
    hyphens: tuple[str, ...] = ()
    abstract_endings: tuple[str, ...] = ()
    definite_endings: tuple[str, ...] = ()
    subject_insertions: tuple[str, ...] = ()
    postpositions: tuple[str, ...] = ()
    leading_genitives: tuple[str, ...] = ()
    hyphened_articles: bool = False
    verbs_apart: bool = False
    premodifier_endings: tuple[str, ...] = ()
    premodifier_stops: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()

    @property
    def by_capitals(self) -> bool:
        """Whether a capital tells a noun."""
        return self.compounds and self.capital_nouns
