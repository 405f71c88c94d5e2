"""Codes of errors and reasons → French sentences, marked for translation, used by every door.

`_` only marks: a door that speaks another language passes its own `translate`.
Keys are alphabetical within each table; facts fill the braces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from maillage.core.coverage_words import COVERAGE_REASONS
from maillage.core.dialogue_words import DIALOGUE_ERRORS, DIALOGUE_REASONS
from maillage.core.errors import MaillageError
from maillage.core.expected import EXPECTED
from maillage.core.ranking_words import RANKING_REASONS
from maillage.core.workshop_words import WORKSHOP_ERRORS


def _(text: str) -> str:
    return text


_ERRORS: dict[str, str] = {
    "alert_link_unknown": _(
        "Ce lien ne sert plus : la recherche n’est plus gardée, ou le lien a expiré. Rien n’est conservé sur vous."
    ),
    "animators_only": _("Seul un animateur peut décider cela."),
    "answer_badly_packed": _("La réponse de {host} est mal compressée : rien n’en a été gardé."),
    "answer_cut": _("La réponse de {host} s’est interrompue avant la fin."),
    "answer_is_a_bomb": _("La réponse de {host} se décompresse à plus de {ratio} fois sa taille : elle a été refusée."),
    "answer_not_empty": _("Cette réponse n’est pas vide : signalez plutôt une case de la trame."),
    "answer_packed_otherwise": _("{host} répond dans une compression que nous n’avons pas demandée ({packing})."),
    "answer_redirects_in_circles": _("{host} renvoie d’une adresse à l’autre sans fin ({count} renvois suivis)."),
    "answer_redirects_nowhere": _("{host} renvoie vers une adresse illisible."),
    "answer_too_large": _(
        "La réponse de {host} dépasse {limit} octets : la lecture a été arrêtée, rien n’a été gardé."
    ),
    "backup_damaged": _("La sauvegarde {file} est abîmée : son empreinte ne correspond pas. Rien n’a été changé."),
    "backup_other_database": _(
        "La sauvegarde {file} vient d’une base {held} ; celle-ci est {used}. Rien n’a été changé."
    ),
    "backup_unreadable": _("{file} n’est pas une sauvegarde de Maillage. Rien n’a été changé."),
    "choice_unknown": _("« {value} » n’est pas un choix possible pour {field}. Choix possibles : {expected}."),
    "closes_before_it_opens": _("La date de clôture ({value}) précède la date d’ouverture."),
    "code_unknown": _("« {value} » n’est pas une valeur connue pour {field}."),
    "comment_empty": _("Écrivez d’abord votre commentaire."),
    "comment_too_long": _("Le mot fait {length} caractères : {limit} au plus."),
    "consent_missing": _("Rien n’a été gardé : cochez d’abord votre accord."),
    "contributors_only": _("Devenez d’abord contributeur, dans votre espace."),
    "correction_empty": _("Dites en quelques mots ce qui est à corriger."),
    "correction_links": _("Votre texte contient {count} adresses web ; {limit} au plus."),
    "correction_too_fast": _("Le formulaire a été envoyé trop vite. Relisez-vous, puis envoyez de nouveau."),
    "correction_too_long": _("Votre texte compte {length} caractères ; {limit} au plus."),
    "correction_unknown": _("Cette correction n’est plus retenue."),
    "corrections_flooded": _("Trop de corrections arrivent en ce moment. Gardez votre texte et réessayez plus tard."),
    "coverage_busy": _("La couverture est déjà en train d’être comptée."),
    "coverage_missing": _("La couverture se compte en ce moment : revenez dans une minute."),
    "day_to_come": _("Le {value} n’est pas encore venu."),
    "day_unreadable": _("« {value} » n’est pas un jour : écrivez-le ainsi, 2026-01-31."),
    "deposit_running": _("Ce fichier est déjà en cours d’import."),
    "doubtful_one_by_one": _("« {title} » ressemble à une fiche que nous avons : dites laquelle, une par une."),
    "edited_meanwhile": _(
        "Quelqu’un a changé « {title} » pendant que vous écriviez. Rien n’est perdu : voici les deux textes."
    ),
    "email_malformed": _("« {value} » n’est pas une adresse électronique."),
    "feed_declares_entities": _(
        "{name} déclare des entités XML, ce qu’aucun flux n’a à faire : il n’a pas été ouvert."
    ),
    "feed_too_large": _("{name} pèse {size} octets ; un flux en pèse {limit} au plus."),
    "feed_unreadable": _("{name} n’est pas un flux RSS ou Atom lisible."),
    "field_required": _("Le champ {field} est vide ; il est obligatoire."),
    "field_too_long": _("Le champ {field} compte {length} caractères ; {limit} au plus."),
    "file_binary": _("{name} n’est pas un fichier de texte : ses octets ne forment aucun encodage connu."),
    "file_declares_entities": _(
        "{name} contient des déclarations interdites dans un classeur ; il n’a pas été ouvert."
    ),
    "file_empty": _("{name} est vide."),
    "file_is_7z": _("{name} est une archive 7z : décompressez-la d’abord."),
    "file_is_docx": _(
        "{name} est un document de traitement de texte, pas un tableau : enregistrez le tableau en CSV ou XLSX."
    ),
    "file_is_gzip": _("{name} est compressé (gzip) : décompressez-le d’abord."),
    "file_is_html": _("{name} est une page web (HTML), pas des données : téléchargez le fichier lui-même."),
    "file_is_image": _("{name} est une image."),
    "file_is_not_pdf": _("{name} n’est pas un PDF : son contenu le dit, quel que soit son nom."),
    "file_is_ods": _("{name} est un classeur OpenDocument : enregistrez-le en XLSX ou en CSV."),
    "file_is_parquet": _("{name} est un fichier Parquet : exportez-le en CSV."),
    "file_is_pdf": _("{name} est un document PDF : demandez les données à leur source, en CSV, XLSX ou JSON."),
    "file_is_rar": _("{name} est une archive RAR : décompressez-la d’abord."),
    "file_is_rtf": _("{name} est un document RTF, pas un tableau."),
    "file_is_sqlite": _("{name} est une base SQLite : exportez la table en CSV."),
    "file_is_xls": _("{name} est un ancien classeur (.xls) : enregistrez-le en XLSX ou en CSV."),
    "file_is_xml": _("{name} est un fichier XML : les formats lus sont CSV, XLSX, JSON et JSONL."),
    "file_is_zip": _("{name} est une archive ZIP : décompressez-la d’abord."),
    "file_lacks_columns": _("Il manque au fichier {file} ces colonnes : {missing}."),
    "file_not_a_table": _(
        "Plus de {count} lignes illisibles à la suite à partir de la ligne {line} : ce fichier n’est pas un tableau."
    ),
    "file_too_heavy": _("{name} pèse plus de {limit} Mo : allégez-le, ou donnez l’adresse de sa page."),
    "file_too_large": _("{name} pèse {size} octets ; {limit} au plus. Si c’est voulu, ajoutez --sans-limite."),
    "file_truncated": _("{name} est abîmé ou incomplet : téléchargez-le de nouveau."),
    "file_unpacks_too_large": _(
        "{name} pèserait {size} octets une fois décompressé ; {limit} au plus. Il n’a pas été ouvert."
    ),
    "file_unreadable": _("Le fichier {file} est illisible : {reason}."),
    "file_without_columns": _("{name} n’a pas de ligne d’en-tête lisible."),
    "finding_has_need": _("Ce manque est déjà devenu un besoin."),
    "finding_unknown": _("Ce manque ou ce recouvrement n’existe pas."),
    "folder_empty": _("Le dossier {name} ne contient aucun fichier lisible."),
    "folder_too_full": _("Le dossier {name} contient {count} fichiers ; {limit} au plus."),
    "import_running": _("Un autre import du même fichier est en cours ; attendez sa fin."),
    "index_broken": _("L’index de recherche est abîmé ; il se répare, réessayez dans une minute."),
    "index_busy": _("Un autre programme écrit déjà l’index de recherche."),
    "index_missing": _("L’index de recherche se construit ; réessayez dans une minute."),
    "job_broken": _("Arrêt sur une erreur imprévue ({kind}) ; le journal du serveur la détaille."),
    "job_not_ended": _("Ce travail n’est pas terminé : attendez sa fin avant de le relancer."),
    "job_unknown": _("Aucun travail ne s’appelle « {value} ». Travaux connus : {known}."),
    "json_without_a_list": _("{name} ne contient aucune liste d’objets."),
    "keepers_only": _(
        "Les membres confirmés de la structure qui porte cette fiche et les animateurs la modifient ; proposez une "
        "correction, elle sera lue."
    ),
    "line_unreadable": _("La ligne {line} du fichier {file} est illisible : {reason}."),
    "link_end_unknown": _("La fiche « {slug} » citée par une articulation n’existe pas."),
    "link_expired": _("Ce lien a expiré. Connectez-vous pour retrouver la fiche dans votre espace."),
    "link_kind_unknown": _("« {kind} » n’est pas un type d’articulation connu."),
    "link_unreadable": _("Ce lien est incomplet ou abîmé : copiez-le tout entier depuis le message."),
    "list_unknown": _("« {value} » n’est pas l’adresse d’une liste de Maillage, par exemple /programmes?q=friche."),
    "mapping_code_unknown": _(
        "Correspondance {name}, ligne {line} : « {value} » n’est pas une valeur de {field}. Valeurs : {known}."
    ),
    "mapping_empty": _("La correspondance {name} n’a aucune ligne."),
    "mapping_field_unknown": _(
        "Correspondance {name}, ligne {line} : le champ « {value} » n’existe pas. Champs : {known}."
    ),
    "mapping_fits_nothing": _("La correspondance ne nomme aucune colonne du fichier. Les siennes : {columns}."),
    "mapping_line_too_wide": _(
        "Correspondance {name}, ligne {line} : plus de cellules que l’en-tête. Mettez des guillemets autour d’un texte."
    ),
    "mapping_without_column": _("La correspondance {name} n’a pas de colonne {column}. Colonnes attendues : {known}."),
    "mapping_without_title": _("Dites quelle colonne donne le titre : sans titre, aucune fiche."),
    "merge_underneath": _("Cette fiche a été réunie depuis à « {title} » : défaites d’abord cette réunion-là."),
    "merge_undone": _("Cette réunion a déjà été défaite."),
    "missing_source": _("Une fiche publiée nomme sa source : il manque une adresse ou un nom de source."),
    "move_not_allowed": _("Une fiche « {current} » ne peut pas passer à « {wanted} »."),
    "need_empty": _("Décrivez votre besoin en quelques mots."),
    "need_too_long": _("Votre texte compte {length} caractères ; {limit} au plus. Gardez l’essentiel."),
    "need_unknown": _("Ce besoin n’est pas de cette étude."),
    "network_unknown": _("Le réseau « {value} » n’existe pas."),
    "not_a_web_address": _("« {value} » n’est pas une adresse web ({field})."),
    "organisation_unknown": _("L’organisation « {value} » n’existe pas."),
    "page_elsewhere": _("La page {page} de la liste renvoie vers un autre site ({host}) : la lecture a été arrêtée."),
    "page_unknown": _("La page {page} n’existe pas."),
    "page_unreadable": _(
        "La page {page} de la liste n’est pas ce qu’elle doit être : rien n’a été gardé de cette lecture."
    ),
    "pages_in_circles": _("La liste ne finit pas : après {count} pages, la suivante a déjà été lue ou il y en a trop."),
    "parameter_twice": _("L’adresse donne deux fois « {name} » ; une seule fois suffit."),
    "parameter_unknown": _("L’adresse contient « {name} », que cette page ne connaît pas. Elle accepte : {expected}."),
    "parameter_unreadable": _("Le contenu de « {name} » n’est pas du texte lisible."),
    "pdf_damaged": _("Ce PDF est abîmé : il est gardé, son texte n’a pas pu être lu."),
    "pdf_locked": _("Ce PDF demande un mot de passe : il est gardé, son texte n’a pas pu être lu."),
    "pdf_too_heavy": _("Ce PDF est trop lourd à lire : il est gardé, son texte n’a pas pu être lu."),
    "pdf_without_text": _("Ce PDF ne contient que des images : il est gardé, il n’y a pas de texte à lire."),
    "place_not_chosen": _("Plusieurs lieux s’appellent « {value} » : {candidates}. Donnez l’un de ces codes."),
    "port_busy": _("Le port {port} de {host} ne peut pas être ouvert ({why}). Essayez --port avec un autre numéro."),
    "programme_unknown": _("Le programme « {value} » n’existe pas ({field})."),
    "proposal_decided": _("Cette proposition a déjà été tranchée."),
    "proposal_without_target": _("Cette proposition ne désigne aucune fiche."),
    "record_twice": _("La fiche {value} figure deux fois dans ce lot."),
    "rhythm_out_of_bounds": _("Le rythme, {value} heures, doit être entre {least} et {most}."),
    "run_abandoned": _("Lecture interrompue, et l’original n’est plus là : la source sera interrogée de nouveau."),
    "run_empty": _("{source} n’a donné aucune fiche. Rien n’en est conclu."),
    "run_far_fewer": _(
        "{source} n’a donné que {now} fiches lisibles, contre {before} la fois précédente. Rien n’en est conclu."
    ),
    "run_mostly_unreadable": _(
        "{source} : {now} fiches sur {count} sont illisibles ; ce n’était pas le cas avant. Rien n’en est conclu."
    ),
    "run_not_suspect": _("Cette lecture n’attend plus d’être confirmée."),
    "search_too_long": _(
        "Votre recherche compte {length} caractères ; {limit} au plus. Pour un besoin entier, passez par l’accueil."
    ),
    "sheet_merged": _("« {title} » est déjà réunie à une autre fiche."),
    "sheet_unknown": _("« {value} » n’est pas l’adresse d’une fiche. Par exemple : /programmes/fonds-vert-friches."),
    "sheet_with_itself": _("Une fiche ne se réunit pas à elle-même."),
    "sign_in_unreadable": _("La réponse de « {source} » à notre clé est illisible : vérifiez la clé."),
    "signal_unknown": _("Ce signalement n’existe plus : il a été retiré, ou oublié avec le temps."),
    "snapshot_unknown": _("Rien n’a été gardé de la couverture au {value} ni avant."),
    "source_answers_an_error": _("{host} répond par une erreur ({status}). Réessayez plus tard."),
    "source_asks_to_wait": _("{host} demande d’attendre {seconds} secondes : la lecture est remise à plus tard."),
    "source_declines_programs": _("{host} demande aux programmes de ne pas lire {address} (robots.txt)."),
    "source_not_there": _("{host} répond qu’il n’y a rien à cette adresse ({status}). L’adresse a peut-être changé."),
    "source_refuses_us": _("{host} refuse l’accès ({status}) : il faut peut-être une clé, ou l’accord de la source."),
    "source_silent": _("{host} ne répond pas : l’adresse est fausse, ou le site est arrêté."),
    "source_taken": _("Une autre source porte déjà le nom « {value} » : donnez-en un autre."),
    "source_too_slow": _("{host} répond trop lentement : la lecture a été arrêtée."),
    "source_unknown": _("La source « {value} » n’existe pas. Sources connues : {known}."),
    "source_without_address": _(
        "La source « {source} » n’a pas d’adresse publique connue : donnez-en une, ou un fichier."
    ),
    "source_without_name": _("Donnez un nom à la source : il sera affiché avec ses fiches."),
    "studies_not_in_a_table": _("{name} n’est ni un tableau CSV ni un flux RSS ou Atom."),
    "study_not_yours": _("Cette étude n’est pas la vôtre, ou elle est déjà publiée : écrivez à un animateur."),
    "table_not_known": _("Ce fichier n’est d’aucune source connue : décrivez ses colonnes."),
    "table_too_long": _("Ce tableau a plus de {limit} lignes : coupez-le en plusieurs."),
    "table_without_columns": _("{name} n’a pas les colonnes attendues en première ligne : {known}."),
    "territory_ambiguous": _("« {value} » désigne plusieurs territoires : {candidates}. Écrivez l’un de ces codes."),
    "territory_malformed": _("« {value} » n’a pas la forme d’un code de territoire, par exemple COM-62041 ou DEP-62."),
    "territory_postcode": _(
        "« {value} » est un code postal, pas un code INSEE. Il dessert : {candidates}. Écrivez le code INSEE."
    ),
    "territory_unknown": _("« {value} » n’est pas un territoire connu."),
    "too_many_alerts": _("{count} recherches gardées en une heure depuis la même connexion : réessayez plus tard."),
    "too_many_corrections": _("Vous avez envoyé {count} propositions en une heure. Merci ! Réessayez plus tard."),
    "too_many_judgements": _("Vous avez donné {count} avis en une heure. Merci ! Réessayez plus tard."),
    "too_many_signals": _("Vous avez signalé {count} besoins aujourd’hui ; la suite peut attendre demain."),
    "web_address_malformed": _("« {value} » n’est pas une adresse de page publique (http:// ou https://)."),
    "web_address_not_public": _("{host} n’est pas une adresse publique : elle n’est pas lue."),
    "web_address_with_password": _("L’adresse de {host} contient un nom ou un mot de passe : retirez-les."),
    "web_port_refused": _("Le port {port} de {host} n’est pas celui d’un site : l’adresse n’est pas lue."),
    "zone_codes_refused": _("La zone n’a pas été créée ; ces codes ne vont pas : {refused}."),
    "zone_empty": _("La zone n’a pas été créée : la liste ne contient aucun code."),
    "zone_exists": _("Une zone porte déjà ce nom ou ce code : {value}."),
    "zone_name_missing": _("Donnez un nom à la zone."),
    "zone_not_changeable": _("{value} n’est pas une zone que l’on compose."),
    "zone_would_be_empty": _("« {value} » n’aurait plus aucune commune : rien n’a changé."),
}

_REASONS: dict[str, str] = {
    "acronym_means": _("« {asked} » signifie « {other} »."),
    "address_to_check": _("quartier prioritaire présent dans la commune : adresse à vérifier"),
    "already_refused": _("déjà écartée telle quelle le {day}"),
    "audience_missing": _("réservé à : {audiences}"),
    "back_in_source": _("la source la cite de nouveau"),
    "body_number_reused": _("même numéro, mais ni le même nom ni la même commune : à une personne de dire"),
    "body_same_name_place": _("même nom dans la même commune : à une personne de dire"),
    "body_same_name_place_phone": _("même nom, même commune, même téléphone"),
    "changed_here": _("{fields} : modifié ici depuis le dernier import"),
    "closed": _("clos depuis le {day}"),
    "closes_in_days": _("clôture dans {days} jours"),
    "closes_on": _("clôture le {day}"),
    "confirm_again": _("confirmez qu’elle est toujours à jour : la dernière confirmation date du {day}"),
    "confirm_first": _("confirmez qu’elle est à jour : personne ne l’a encore fait"),
    "describe": _("décrivez l’offre : {length} caractères ; {wanted} disent ce qui est fait, pour qui, comment"),
    "describe_less": _(
        "gardez l’essentiel dans la description : {length} caractères, au-delà de {wanted} on ne lit plus"
    ),
    "describe_more": _("étoffez la description : {length} caractères, {wanted} au moins"),
    "dup_actor_address": _("adresses : {left} ; {right}"),
    "dup_actor_name": _("noms semblables à {percent} % : {left} ; {right}"),
    "dup_actor_telephone": _("téléphones : {left} ; {right}"),
    "dup_actor_unproved": _("ni identifiant commun, ni nom, adresse et téléphone tous égaux : à une personne de dire"),
    "dup_address": _("même adresse : {address}"),
    "dup_closing_other": _("dates de clôture différentes : {left} et {right}"),
    "dup_closing_same": _("même date de clôture : {day}"),
    "dup_identifier_other": _("identifiants différents : {left} et {right}"),
    "dup_identifier_same": _("même identifiant : {value}"),
    "dup_letters": _("titres écrits presque avec les mêmes lettres"),
    "dup_numbers": _("nombres différents dans les titres : {left} et {right}"),
    "dup_operator": _("porteurs semblables à {percent} % : {left} ; {right}"),
    "dup_place": _("même lieu : {place}"),
    "dup_prior": _("point de départ : deux fiches sont rarement la même"),
    "dup_rivals": _("une autre fiche de la même liste ressemble aussi"),
    "dup_source": _("deux lignes d’une même liste : {source}"),
    "dup_text_alike": _("textes semblables"),
    "dup_text_other": _("textes différents"),
    "dup_words": _("mots communs des titres : {words}"),
    "dup_zones": _("lieux différents : {left} ; {right}"),
    "encoding_marked": _("encodage annoncé par les premiers octets"),
    "encoding_utf8": _("encodage UTF-8, vérifié sur tout le fichier"),
    "encoding_utf8_damaged": _("encodage UTF-8, avec quelques octets abîmés"),
    "encoding_windows": _("encodage Windows-1252 : les octets ne sont pas de l’UTF-8"),
    "extension_differs": _("le nom dit {extension}, le contenu est {format}"),
    "folder_found": _("{count} fichiers du dossier lus comme un seul"),
    "format_found": _("format {format}, reconnu à son contenu"),
    "generalist": _("intervient sur tous les sujets"),
    "goal_catalyst": _("sa nature : catalyse entre mondes"),
    "goal_subjects": _("ses sujets : {subjects}"),
    "goal_words": _("ses mots : {words}"),
    "gone_from_source": _("la source ne la cite plus"),
    "lines_above_header": _("en-tête après {count} lignes de présentation"),
    "link_broken": _("répond par une erreur ({status})"),
    "link_leads_home": _("ne mène plus qu’à l’accueil du site"),
    "link_not_public": _("n’est pas une adresse publique"),
    "link_silent": _("ne répond plus"),
    "local_of_national": _("relais local de « {title} »"),
    "looks_like": _("ressemble à une fiche que nous avons : {percent} chances sur 100 que ce soit la même"),
    "matched_by_origin": _("même identifiant dans la source"),
    "matched_by_title": _("même titre dans la même source"),
    "matched_by_uid": _("même identifiant unique"),
    "name_audience": _("dites à qui l’offre s’adresse"),
    "name_contact": _("donnez un guichet ou une page de contact"),
    "name_theme": _("choisissez au moins un thème, ou dites que l’offre vaut quel que soit le sujet"),
    "national_changed": _("la fiche nationale « {title} » a changé ; ce champ avait été écrit autrement ici"),
    "near_typical": _("proche du projet référent « {title} » : {words}"),
    "not_in_first_list": _("la liste, lue en entier pour la première fois, ne la cite pas"),
    "nothing_nearer": _("Rien de plus proche que l’échelon {level}"),
    "nothing_new": _("la source n’a rien changé depuis le dernier import"),
    "older_than_known": _("la source date du {day}, plus ancienne que la fiche"),
    "online_without_address": _("la démarche se fait en ligne : donnez l’adresse de la page"),
    "pays_for": _("finance aussi : {stages}"),
    "phone_without_number": _("la démarche se fait par téléphone : donnez le numéro du guichet"),
    "presence_to_check": _("présence près de chez vous à vérifier"),
    "price_free": _("gratuit"),
    "price_member_fee": _("sur adhésion"),
    "price_paid": _("payant"),
    "price_shared": _("coût mutualisé"),
    "published_fact": _("fait publié par sa source : repris tel quel"),
    "reserved": _("réservé : {label}"),
    "same_cell": _("interviennent toutes deux à l’étape « {stage} »"),
    "same_object": _("traitent toutes deux de {themes}"),
    "same_title": _("une fiche du même titre et du même porteur existe : {slug}"),
    "say_how": _("un contact est donné : dites comment s’y prendre"),
    "separator_found": _("séparateur : {separator}"),
    "similar_density": _("même densité ({label})"),
    "similar_people": _("{count} habitants ({share})"),
    "similar_zones": _("programmes, contrats ou zonages en commun : {count}"),
    "source_by_columns": _("source reconnue à ses colonnes : {source}"),
    "source_by_mapping": _("correspondance fournie : {name}"),
    "source_given": _("source indiquée : {source}"),
    "stages_follow": _("la première relève de l’étape « {before} », la seconde de l’étape « {after} »"),
    "synonym": _("« {asked} » se dit aussi « {other} »."),
    "theme_shared": _("traite de {themes}"),
    "title_several_times": _("plusieurs fiches de cette source portent ce titre"),
    "twice_in_file": _("deuxième ligne du même fichier pour la même fiche"),
    "words_in_text": _("{words} dans la fiche"),
    "words_in_title": _("{words} dans le titre"),
    "words_near": _("« {word} », proche de « {near} » dans la fiche"),
    "written_as_acronym": _("« {asked} » s’abrège en « {other} »."),
    "zone_beneficiary": _("{place} fait partie de « {zone} »"),
    "zone_by": _("couvre {place} par {zone}"),
    "zone_changes": _("communes : +{added}, −{left}"),
    "zone_damaged": _("des lignes de la liste étaient illisibles : aucune commune n’est retirée"),
    "zone_elsewhere": _("existe pour {zone}, pas pour {place}"),
    "zone_far_fewer": _("la liste ne cite plus que {now} communes, contre {before} ici : à une personne de dire"),
    "zone_itself": _("propre à {place}"),
    "zone_local": _("offre locale : choisissez un lieu"),
    "zone_nation": _("ouvert dans toute la France"),
}

ERRORS: dict[str, str] = dict(sorted((_ERRORS | DIALOGUE_ERRORS | WORKSHOP_ERRORS).items()))
REASONS: dict[str, str] = dict(sorted((_REASONS | COVERAGE_REASONS | DIALOGUE_REASONS | RANKING_REASONS).items()))

TEMPLATES: dict[str, dict[str, str]] = {"error": ERRORS, "reason": REASONS, "expected": EXPECTED}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code and the facts its sentence needs."""

    code: str
    facts: tuple[tuple[str, str], ...] = ()

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The reason in words."""
        return translate(REASONS[self.code]).format(**dict(self.facts))


def because(code: str, **facts: object) -> Reason:
    """A reason with its facts."""
    return Reason(code=code, facts=tuple((name, str(value)) for name, value in facts.items()))


def expectation(code: str, facts: Mapping[str, object], translate: Callable[[str], str] = str) -> str:
    """What was expected, in words."""
    return translate(EXPECTED[code]).format(**_words(facts))


def error_sentence(error: MaillageError, translate: Callable[[str], str] = str) -> str:
    """The error in words; facts it does not use are left out, lists are joined by commas."""
    return translate(ERRORS[error.code]).format(**_words(error.facts))


def _words(facts: Mapping[str, object]) -> dict[str, str]:
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else str(value)
        for name, value in facts.items()
    }
