### What malote says, in English. Programs and tests read some of these lines: the words stay as they are.
### A sentence is one message, however long its line; what is between braces is filled in.

## Files

of-file = { $path }: { $error }
output-protected = --output: { $path } is read here, and would be lost: name another file
evidence-journal = { $option }: { $path } is a journal, and would be lost: name another file
evidence-foreign = { $option }: { $path } is there already, and is not what malote writes there: it would be lost. Name another file, or delete that one
output-unwritten = { $path } cannot be written: { $error }
rows-journal = a message cannot be read back from the journal: { $error }
rows-output = the output cannot be written: { $error }
log-table = --log-file: { $path } is the name of a manifest or a journal: name another file
log-unopened = --log-file: { $path } cannot be opened: { $error }

## What the system says of a file

system-not-found = { $text }
system-not-allowed = { $text }
system-there-already = { $text }
system-a-folder = { $text }
system-no-folder = { $text }
system-full = { $text }
system-read-only = { $text }

## The command line and the environment

config-lang = MALOTE_LANG: { $value } is neither pt-BR nor en
config-option = --{ $option }: { $reason }
config-not-utf8 = { $name }: what it is set to is not UTF-8: type it again, or save the script that sets it as UTF-8
config-by-variable = the value of --{ $option } is that of the variable { $variable }
config-no-destination = say where to send: --office NAME, --base-url URL, or --sandbox to try
config-no-key = no key: put the key of the Zen account (Minha Conta > Chave Acesso) into the variable MALOTE_TOKEN or into a file named by --token-file
config-key-file = the key's file { $file } cannot be read: { $error }
config-hidden-file = (not shown: its name looks like the key itself, which goes into MALOTE_TOKEN)
config-not-a-key = { $place }: the key must be one word of letters, digits, - and _ (32 of 0-9 and a-f, as Zen shows it)
config-open-to-others = others on this computer may read or change the file of the key, { $file } (mode { $mode }): chmod 600 closes it
value-zone = { $zone } is no time zone: write one as America/Sao_Paulo
value-regex = { $text } is no regular expression: { $reason }
value-matches-all = it matches an empty text, so that every refusal would count as accepted
value-more-than-an-address = the address ends before /api/v1: that and the key are put behind it by the program (the key comes from MALOTE_TOKEN or --token-file)
value-not-a-url = { $start } is not a URL: { $reason }
value-hidden-not-a-url = it is not a URL: { $reason }
value-no-host = { $start } is not a URL: it needs https:// and a host
value-hidden-no-host = it is not a URL: it needs https:// and a host
value-office = { $office } is no office: it is the first part of the address of Zen, "escritorio" in https://escritorio.app.questorpublico.com.br
value-hidden-office = this (it looks like the key) is no office: it is the first part of the address of Zen, "escritorio" in https://escritorio.app.questorpublico.com.br
value-rejected-limit = { $value } is neither a number (100) nor a share (50%)
value-not-between = { $value } is not between { $least } and { $most }
value-root = { $value } is not OLD=NEW, as in --root D:\notas=E:\notas
value-duration = { $value } is no length of time: write 90s, 15min, 2h or 1h30m
value-time-of-day = { $value } is no time of day: write 06:00
value-weekday = { $value } is no day: write mon-fri or seg-sex, sat,sun or sáb,dom; or none alone, for no quiet hours
value-hours = { $value } is no range of hours: write 00:00-18:00, or 22:00-06:00 past midnight; a ; stands between two rules
value-never-open = these hours leave no time to send
value-rate = { $value } is no rate: write 11/s, 600/min, 40000/h or unlimited
value-client = { $value } is neither a CNPJ (14 positions) nor a CPF (11 digits)
value-share = --{ $option } must be a share from 0 to 1

## What is wrong with a manifest

manifest-unreadable = it cannot be read: { $error }
manifest-missing-column = line 1: the column { $column } is missing (needed: action, kind, route, id, sha256, path)
manifest-doubled-column = line 1: the column { $column } is there twice, and which is meant is not said: take one away
manifest-not-utf8 = line { $line }: it is not UTF-8. Save it again as "CSV UTF-8"
manifest-open-quote = line { $line }: a quote does not close, or a cell holds a line break
manifest-too-few-cells = line { $line }: it ends before the column { $column }
manifest-kind = line { $line }: { $kind } is no kind (as nfe, cte or nfe-event), by which it is known when to send it
manifest-action = line { $line }: the action { $action } is neither send nor skip
manifest-no-route = line { $line }: it says send but has no route
manifest-side = line { $line }: the column side says { $side }, and to send an NFS-e it must be received, issued or both: the client's side of it (plan --clients fills it)
manifest-route = line { $line }: { $route } is no route (known: { $known })
manifest-hash = line { $line }: { $hash } is not a SHA-256 (64 of 0-9 and a-f)
manifest-envelope = line { $line }: the envelope { $envelope } is neither array nor data
manifest-journals = line { $line }: the column journal names { $other }, and above { $one }: say with --journal which of them is meant
manifest-no-path = line { $line }: it says send but has no path

## What is wrong with a journal

journal-absent = there is no journal { $path }
journal-named-gone = there is no journal { $path }, which the column journal names: bring it back, or say with --journal which is meant
journal-held = the journal { $path } is being written by { $holder }: wait until that has ended, or stop it
journal-unwritable = the journal { $path } cannot be written: { $error }
journal-lacks = the journal { $path } cannot be continued: its first line does not name the column { $column }
journal-unreadable = the journal { $path } cannot be read: { $error }
journal-none = { $path } is not a journal: its first line does not name the columns event, sha256 and, last, crc, or one of its names is damaged
journal-bad-line = the journal { $path } is damaged at line { $line }: the line does not match its checksum. Nothing is guessed: restore the file from a copy, or ask for help before anything is sent
journal-bad-record = the journal { $path } is damaged at line { $line }: it does not have the columns that the first line names, or no hash. Nothing is guessed: restore the file from a copy, or ask for help before anything is sent
journal-saved-again = the journal { $path } was saved again by another program, which has changed the ends of its lines (line { $line }). Nothing is guessed: restore the file from a copy
journal-newer = the journal { $path } has format { $format }, and this program knows formats up to { $known }: use a newer malote

## The balance

balance = planned { $planned } = accepted { $accepted } + rejected { $rejected } + failed { $failed } + unknown { $unknown } + changed { $changed } + missing { $missing } + pending { $pending }
balance-already-there = { $equation } (of the accepted, { $count } were there already)

## run

run-may-sleep = this computer may fall asleep during the run ({ $error }): turn that off in its power options
run-idle-root = --root { $old }={ $new }: no row to send lies under { $old }
run-none-matched = --retry-rejected={ $pattern }: the message of no rejected document matches; malote diff shows the messages
run-journal-on-network = the journal { $path } is on a network drive, which may lose what it has confirmed: a folder of this computer is safer (--journal)
run-torn = the journal's end was torn; what was cut off is kept in { $kept }
run-deaf = Ctrl-C cannot be heard ({ $error }): it ends the run at once
run-other-host = the journal { $path } is of documents sent to { $other }, and this run goes to { $host }: name another with --journal
run-unheard = nothing was answered in this run: check that the name of the office (--office) or the address (--base-url) is right, and that this computer is online
run-events-wait = events that wait for their notes: { $count } (a note that has failed, changed or is missing has not arrived; its events go along when it has)
run-unrecorded = answers that could not be recorded:
run-unrecorded-one = {"  "}{ $id }  { $path }  { $answer }
run-needs-a-person = what needs a person: { $command }
run-to-go-on = to go on: { $command }
run-not-tried = not tried: { $route }, for Zen has no note that an event of the archive belongs to
stopped-interrupted = stopped: interrupted
stopped-until = stopped: the time of --until has come
stopped-max-duration = stopped: --max-duration is over
stopped-max-docs = stopped: --max-docs have been sent
stopped-max-rejected = stopped: more documents were rejected than --max-rejected allows
stopped-outage-limit = stopped: Zen has not answered for as long as --outage-limit allows
stopped-pilot = stopped: the pilot has sent one document of each sort; look at them in Zen
stop-no-entries =
    the first answer of { $route } (HTTP { $http }) holds no readable entry for the document: { $said }
    Look at it in Zen. If the document did arrive, go on with --trust-status; otherwise check the office and the address.
stop-refused = { $route } (HTTP { $http }): { $check }. It said: { $said }
stop-turned-away = { $route }: { $check }. It said: { $said }
stop-journal = the journal cannot be written any more: { $reason }. Nothing has left since. Make room or mend the disk, then run again: what was sent and not recorded is sent again as unknown
stop-journal-moved = the journal { $path } was moved, deleted or replaced by another program during the run. Nothing has left since. Put it back where it was, then run again: what was sent and not recorded is sent again as unknown
stop-journal-altered = the journal { $path } was written by another program during the run. Nothing has left since. Keep other programs away from it, restore it from a copy if it is damaged, then run again: what was sent and not recorded is sent again as unknown
stop-journal-end = the journal's end could not be written
stop-manifest = the manifest { $path } was changed while it was being sent; look at it and run again
check-credentials = the key was refused. Check that MALOTE_TOKEN, or the file of --token-file, holds the key shown in Zen under Minha Conta > Chave Acesso, that it is this office's, and that the vendor has not blocked it; if a web page came with it, check whether a proxy or a firewall stands between this computer and Zen
check-not-found = the address does not exist there. Check --office: it is the first part of the address at which you log in to Zen
check-not-the-service = a web page or a redirect came instead of an answer. Check --office, and whether a proxy or a login page stands between this computer and Zen
check-not-taken = the address does not take documents. Check --office or --base-url, whether a proxy stands between this computer and Zen, and whether the vendor has changed the route
check-certificate = the server's certificate is not trusted. Check the computer's date, and whether a proxy or an antivirus opens encrypted connections
zen-not-a-url = the address { $url } is not a URL: { $reason }
zen-plain-http = plain http:// is only accepted for this machine itself (127.0.0.1, localhost, [::1]), not { $url }
zen-more-than-a-host = the address must hold no user, password, query or fragment
zen-client = the HTTP client cannot be set up: { $reason }

## run --dry-run

dry-run-changed = line { $line }: { $path }: changed: { $reason }
dry-run-missing = line { $line }: { $path }: missing: { $reason }
dry-run-found = { $ready } documents would be sent, { $bytes } bytes; { $changed } changed, { $missing } missing
dry-run-max-docs = that is as many as --max-docs allows; what comes after was not looked at
dry-run-pilot = --pilot would send only one of each sort among them, by route, layout version and encoding; how many that are is not counted here
dry-run-too-long = { $count } of them are longer than { $most } bytes, which Zen may refuse
dry-run-time = at { $rate } a second that takes { $time } of sending time
dry-run-end = nothing was sent

## How a run stands

progress-moment = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
 } { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
 } { $time }
progress-line = { $time } { $settled } of { $planned }: { $counts }; { $pace }; { $outlook }
progress-counts = { $accepted } accepted, { $rejected } rejected, { $failed } failed, { $unknown } unknown
progress-pace = { $rate }/s of { $ceiling }/s
progress-pace-without-ceiling = { $rate }/s, no ceiling
progress-documents = documents
progress-events = events
progress-pass-at = { $pass } at { $pace }
progress-wait-and-end = { $doing }: { $waiting }, done about { $end }
progress-wait = { $doing }: { $waiting }
progress-because = { $said } ({ $cause })
progress-end = { $doing }: done about { $end }
progress-quiet-hours = quiet hours until { $until }
progress-outage = Zen does not answer; next look { $until }
progress-unheard = no answer from Zen yet; check --office and network; next { $until }
progress-retry-after = Zen asked to wait until { $until }
progress-absurd-wait = Zen asked for more than an hour; next look { $until }
progress-archive = files out of reach; next look { $until }
progress-retry = next attempt { $until }
progress-draining = finishing what is in flight

## diff

diff-torn = { $path }: the last { $bytes } bytes are not whole records (a run is writing, or was cut off)
diff-only = --only: { $word } is no state (there are { $known })
held-against = accepted, held against { $list }: Zen shows { $shown }, and does not show { $lacking }
held-against-unlisted = accepted, held against { $list }: Zen shows { $shown }, and does not show { $lacking }; { $count } more (events, cancellations, NFS-e) it does not list
held-lacking = { $state }: { $count } (accepted by the journal; look for them in Zen, and whether { $list } is of all clients and the whole period)
held-more = and { $count } more: --format csv --only { $state } lists all
diff-only-not-shown = --only: { $word } needs --known, by which it is told
diff-accepted = accepted: { $count } (arrived)
diff-rejected = rejected: { $count } (refused by Zen; mend the cause, then run --retry-rejected)
diff-failed = failed: { $count } (run sends them again)
diff-unknown = unknown: { $count } (run sends them again)
diff-changed = changed: { $count } (the file is not what was planned; plan again)
diff-missing = missing: { $count } (the file cannot be read; run looks again)
diff-pending = pending: { $count } (not tried yet; an event waits until its note has arrived)
diff-other-messages = (other messages)
diff-unanswered = (the run ended before the answer)
diff-no-message = (no message)
diff-more-messages = and { $count } other messages

## report

report-written = written: { $path }
report-only-sandbox = there is no journal { $path }; that of the sandbox is taken with --journal { $sandbox }
report-no-row = no row to send has { $client } as issuer or recipient
report-no-clients = line 1: none of the columns issuer, recipient and clients is there, by which a client's rows are found
report-changed = it was changed while it was read; try again
report-journal-changed = a journal was changed while it was read; try again
report-program = the program's own file cannot be read: { $error }

## plan

plan-exists = { $path } is there already; --force replaces it, -o writes another
plan-no-file = --output: { $path } is no file: name another one
plan-folder = --output: { $path } is a folder: name a file in it
plan-spill = a temporary file beside { $path } cannot be used: { $error }
plan-unwritten = the manifest { $path } cannot be written: { $error }
plan-not-replaced = the manifest { $path } cannot be replaced ({ $error }); is it open in a spreadsheet? The new one is complete and lies in { $kept }
plan-met = looking through the archive: { $count } so far
plan-glob = --{ $option }: { $pattern } is no pattern: { $reason }
plan-day = --{ $option }: { $value } is no day: write 2019-05-31
plan-no-period = --from: { $from } is later than { $to } of --to, so no document would be left
clients-unreadable = --clients: { $path } cannot be read: { $error }
clients-not-a-taxpayer = --clients: { $path } line { $line }: { $value } is neither a CNPJ nor a CPF
clients-nobody = --clients: { $path } names nobody
known-unreadable = { $path } cannot be read: { $error }
known-no-key = { $path } holds no access key
known-no-list = { $path } is a manifest or a journal and no list of access keys: fetch-known writes one
plan-seen = seen { $seen } = send { $send } + skip { $skip } + passed over { $passed }
plan-to-send = to send: { $documents } documents, { $size }
plan-size = { $number } { $unit }
plan-bytes = { $count } bytes
plan-no-date = no date
plan-all-years = all
plan-by-issuer = by issuer:
plan-other-issuers = { $count } others
plan-no-issuer = without a valid CNPJ or CPF
plan-skipped = skipped: { $count }
plan-noted = noted on what is sent:
plan-signatures = signatures of what is sent:
plan-signature-valid = valid (as it was signed)
plan-signature-valid-if-unindented = valid-if-unindented (as it was signed, but for blanks that were put in between elements)
plan-signature-altered = altered (not as it was signed)
plan-signature-absent = absent (without a signature)
plan-to-be-recovered = to be recovered before the old system goes:
plan-moment = { $year }-{ $month }-{ $day } { $time }
plan-without-protocol = { $count ->
    [1] note
   *[other] notes
 } without the tax office's answer, in no copy
plan-notes-elsewhere = { $count ->
    [1] note
   *[other] notes
 } that only a summary or an event tells of
plan-more-keys = and { $count } more
plan-gaps = numbers of the clients' own documents that are missing, voided ones not counted:
plan-series = { $issuer } model { $model } series { $series }:
plan-more-series = and { $count } more series
plan-passed-over = passed over: { $count }
plan-excluded = (excluded)
plan-no-extension = (no extension)
plan-idle-glob = --{ $option }: nothing in the archive matches { $pattern } (a pattern with / is one from the folder that was given: **/ before it makes it one from any)
plan-nothing = nothing is to be sent: look at the reasons above, and whether these are the folders that were meant
plan-troubles = { $count } files or folders could not be opened or read; they have rows
plan-duration = sending will take { $time } at { $rate } documents a second; started now, with the default quiet hours (mon-fri 00:00-18:00), it ends about { $end }
plan-less-than-a-minute = less than a minute
plan-manifest =
    manifest { $path }
    SHA-256  { $sha256 }
plan-review = look through { $manifests }, turn send to skip where you want, then:
plan-manifest-and = { $first } and { $next }

## What the codes of the column notes mean

note-empty = the file has no bytes, or only blanks
note-nul-filled = the file holds only NULs, as after a power cut
note-too-large = the file is larger than 32 MiB
note-html = a web page, mostly an error page saved as .xml
note-doctype = it has a document type declaration, which no fiscal document has
note-ill-formed = it is not well-formed XML
note-too-deep = its elements lie in each other more than 256 deep
note-not-dfe = well-formed XML, but no fiscal document
note-looked-into = a container: the documents in it have rows of their own
note-technical = a request to a service or its answer
note-summary = a summary (resNFe, resEvento): the document itself is elsewhere
note-nfse = an NFS-e: sent with --clients only, which tell the client's side of it; further codes say what else is in the way
note-no-route = Zen's API has no route for it
note-no-parties = an NFS-e that names neither provider nor taker by a valid CNPJ or CPF, so that no side of it is known
note-no-protocol = without the tax office's answer
note-protocol-replaced = another answer (204, 135, 136, 155) stands where the protocol was: decide by hand
note-not-authorised = the tax office refused it
note-homologation = issued in the test environment
note-bad-check-digit = the access key's check digit is wrong
note-no-access-key = it has no access key, or one that is not of 44 positions
note-several-documents = one file holds several documents: take them apart and plan again
note-no-sale = a cancellation that names no sale by a valid access key
note-protocol-other-key = the protocol is for another access key
note-protocols-differ = the tax office's answers in it say different things: decide by hand
note-other-event = an event of a type that is sent with --events all only
note-denied = the tax office denied the operation: a fiscal fact, sent
note-cancelled = cancelled within the file
note-digest-differs = the protocol's digVal is not the signature's DigestValue
note-key-differs-from-fields = state, model, series, number or digit differ from the access key
note-issuer-differs-from-key = the issuer is not the one in the access key
note-id-differs = its Id lacks its prefix, its key or, of an event, its type and number; the column id has them
note-date-outside-key-month = issued in another month than the access key says
note-trimmed = NULs, 0x1A or blanks around the document are not sent
note-further-protocols = more answers of the tax office stand in it than one: those for its key say the same
note-duplicate-of = the same bytes lie at the path that follows, which is sent or skipped instead
note-superseded-by = a better copy of the same document lies at the path that follows
note-outside-period = issued outside --from and --to
note-unsupported-archive = an archive that malote does not look into: unpack it and plan again
note-no-client = none of the clients of --clients takes part in it
note-already-in-zen = Zen has it already, as --known says
note-encrypted-archive = it asks for a password: unpack it and plan again
note-broken-archive = an archive, or something in it, that is damaged or ends too early
note-archive-bomb = an archive that inflates to far more than documents do: it is not looked into
note-nested-too-deep = an archive that lies in three others: unpack it and plan again
note-link-not-followed = a link to a folder: name its target as a further PATH to include it
note-special-file = neither a file nor a folder
note-unreadable = a file or folder that could not be opened or read
note-status-conflict = copies of the document disagree on its status
note-number-reused = another document of the issuer has the same state, model, series and number
note-cancelled-by-event = its cancellation lies elsewhere in the archive and is sent too
note-cancelled-without-route = cancelled by the layout before events, which Zen has no route for: cancel it there by hand

## Places that a person fills in commands that are shown

place-office = NAME
place-archive = ARCHIVE
place-path = PATH
place-manifest = MANIFEST

## malote alone

first-nothing-planned = malote sends an archive of fiscal XMLs to Zen. In this folder nothing has been planned yet.
first-plan = Look through the archive and list what will be sent (nothing is sent):
first-rehearse = Try the whole job first, with no network and no account:
first-manifest-of = The manifest { $manifest } is here: { $count } documents to send, and nothing of it is sent yet.
first-manifest = The manifest { $manifest } is here: nothing of it is sent yet.
first-review = 1. Open it in a spreadsheet: send goes, skip stays. Then read everything, sending nothing:
first-doctor = 2. Check key, office, clock and disk:
first-pilot = 3. Send one document of each sort, and look at them in Zen:
first-run = 4. Send the rest, at night; it keeps the hours by itself:
first-journal = The manifest { $manifest } is here, and its journal { $journal }.
first-all-sent = Everything is sent. The page that proves it:
first-diff = What is left, and why:
first-go-on = Send it (what Zen has is not sent again):
first-retry = No document is left but those that need a person. Once the cause is mended, send the rejected ones again:
first-wrong = The newest manifest here cannot be used:
first-wrong-journal = The journal of the newest manifest here cannot be used:
first-indented = {"   "}{ $line }
first-mend = Mend that, or plan again into another file:
first-mend-journal = Mend that before anything is sent: without that journal everything would be sent once more.
first-more = Every command: { $command }
first-more-of-office = NAME is the first part of the address at which the office logs in to Zen. Every command: { $command }

## rehearse

rehearse-plan = malote plan: what is in the archive
rehearse-run = malote run --sandbox: sending it to a simulated Zen on this computer
rehearse-diff = malote diff: what is left
rehearse-end = This was a rehearsal: nothing has left this computer, and its folder is gone.
rehearse-no-folder = a temporary folder cannot be made: { $error }

## fetch-known

fetch-no-day = --{ $option } is missing
fetch-interrupted = interrupted: nothing was written
fetch-progress = clients { $done } of { $clients }, documents { $count }
fetch-again = { $route }: { $reason }; next try in { $seconds } s
fetch-untrusted = the server's certificate is not trusted: { $reason }
fetch-found =
    { $count } documents that Zen holds are in { $path }
    leave them out of the next manifest:
fetch-compare = see what was accepted and is not among them:
plan-no-signatures = --verify-signatures: this malote was built without it; build one that has it: cargo build --release --features signatures
value-plain-word = it may hold letters without accents, digits and . _ - [ ] only
value-not-a-line = it must be one line without control signs
fetch-stopped = { $route }: { $reason }
fetch-later = { $route }: { $reason }; try again later
fetch-key = { $said }: Zen does not take this key; check it in Minha Conta > Chave Acesso
fetch-office = { $said }: check the name of the office
fetch-page = { $said }, but a page: check the name of the office, and whether a proxy stands between
fetch-elsewhere = { $said }: it leads elsewhere; check the name of the office, and whether a proxy or a page to log in at stands in between
fetch-not-taken = { $said }: this is not taken there; check --office or --base-url
fetch-no-list = { $said }, but no list of documents
fetch-same-page = the same page came again, whatever was to be passed over

## sandbox

sandbox-at = simulated Zen at { $url }
sandbox-key = its key (put it into MALOTE_TOKEN): { $key }
sandbox-ctrl-c = Ctrl-C ends it
sandbox-account = requests { $requests }, of them faults by order { $faults }, answers lost { $lost }; documents { $documents } = accepted { $accepted } + there already { $duplicates } + refused { $refused }; arrived more than once { $repeated }, of one key within a request { $same }
sandbox-outage = --outage: { $value } is not FROM-TO, as 10s-50s
sandbox-port-taken = --port: another program has port { $port }
sandbox-no-port = --port: port { $port } cannot be opened: { $error }

## doctor: grades have room for 8 letters, subjects for 9

doctor-fine = ok
doctor-warning = warning
doctor-problem = problem
doctor-key = key
doctor-office = office
doctor-clock = clock
doctor-zone = zone
doctor-power = power
doctor-paths = paths
doctor-disk = disk
doctor-manifest = manifest
doctor-journal = journal
doctor-document = document
doctor-end = problems { $problems }, warnings { $warnings }
doctor-mend = problems { $problems }, warnings { $warnings }: mend the problems before the first night
doctor-no-manifest = there is no manifest { $path }
doctor-disk-no-manifest = not looked at: there is no manifest here yet
doctor-plan-or-name = make one with plan, or name it with --manifest FILE
doctor-mend-or-plan = mend that, or plan again
doctor-journal-writable = can be written in { $folder }
doctor-journal-unwritable = cannot be written in { $folder }: { $error }
doctor-another-folder = choose another folder with --journal FILE of run, or MALOTE_JOURNAL
doctor-room-unknown = how much room there is cannot be told: { $error }
doctor-look-yourself = look at it yourself
doctor-room = the journal of { $rows } documents may take { $needed } MB, { $free } MB are free
doctor-make-room = make room there, or choose another disk with --journal FILE
doctor-on-network = is on a network drive, which may lose what it has confirmed
doctor-keep-here = keep it in a folder of this computer
doctor-key-of-sandbox = the simulated Zen has one of its own
doctor-mend-key = mend that file or variable
doctor-no-key = there is none
doctor-put-key = put the key of the Zen account (Minha Conta > Chave Acesso) into the variable MALOTE_TOKEN or into a file named by --token-file
doctor-key-file = the key's file
doctor-key-fine = { $place } holds one of 32 hexadecimal digits
doctor-key-length = { $place } holds one of { $length } characters; Zen shows 32 of 0-9 and a-f
doctor-copy-key = copy it once more from Zen, Minha Conta > Chave Acesso
doctor-who-reads = who can read its file: { $command }
doctor-no-office = not looked at: none was named
doctor-name-office = say which with --office NAME (or --base-url URL, or --sandbox to try)
doctor-no-answer = { $host } does not answer: { $reason }
doctor-no-answer-advice = try again; if it stays so, ask whoever keeps the network whether a firewall or a proxy is in the way
doctor-untrusted = the certificate of { $host } is not trusted: { $reason }
doctor-untrusted-advice = check the computer's date; where a proxy or an antivirus opens encrypted connections, let it leave this host alone
doctor-not-reached = { $host } cannot be reached: { $reason }
doctor-not-reached-advice = check the connection to the Internet, and whether a firewall or a proxy is in the way (HTTPS_PROXY names one)
doctor-no-such-name = the name { $host } leads nowhere
doctor-no-such-name-advice = check the spelling (NAME is the first part of the address at which the office logs in to Zen) and the connection to the Internet
doctor-sandbox-answers = the simulated Zen answers
doctor-leads-on = { $host } leads on to { $other } (HTTP { $http })
doctor-leads-on-advice = look at both in a browser: is that Zen, or the page of a proxy or of the network?
doctor-proxy = a proxy asks for a password (HTTP 407)
doctor-proxy-advice = put name and password into HTTPS_PROXY, as http://NAME:PASSWORD@PROXY:PORT, or ask for a way past it
doctor-unknown-office = { $host } knows no such office (HTTP 404): { $said }
doctor-unknown-office-advice = check --office: it is the first part of the address at which the office logs in to Zen
doctor-faulty = { $host } answers with a fault now (HTTP { $http }): { $said }
doctor-faulty-advice = try again later: a run waits such a fault out by itself
doctor-answers = { $host } answers over TLS, its certificate is trusted, in { $millis } ms (HTTP { $http }, { $said })
doctor-answers-here = { $host } answers without TLS, as only this computer may, in { $millis } ms (HTTP { $http }, { $said })
doctor-clock-slow = this computer's is { $seconds } s slow
doctor-clock-fast = this computer's is { $seconds } s fast
doctor-clock-agrees = this computer's agrees with the server's
doctor-set-clock = set it right: timedatectl set-ntp true
doctor-set-clock-windows = set it right: w32tm /resync (as administrator)
doctor-no-zone = there is no time zone { $zone }
doctor-name-zone = name one as America/Sao_Paulo in --timezone or MALOTE_TIMEZONE
doctor-zone-fine = quiet hours and this computer are both at { $offset }
doctor-other-zone = quiet hours are kept in { $zone } ({ $there }), this computer is at { $here }
doctor-set-zone = set the zone of one right (--timezone, MALOTE_TIMEZONE): 18:00 must mean the office's
doctor-awake = this computer does not fall asleep by itself
doctor-asleep-on-battery = falls asleep after { $minutes } min, on its battery only
doctor-kept-awake = falls asleep after { $minutes } min, which a run prevents; leave the lid open and the mains plugged in
doctor-asleep = falls asleep after { $minutes } min
doctor-long-paths = of more than 260 characters can be used
doctor-long-paths-here = of more than 260 characters are read by malote; other programs (Explorer) may not open them
doctor-unreadable = { $path } cannot be read: { $error }
doctor-name-another = name another
doctor-skipped = { $kind }, which plan would skip as { $code }: { $meaning }
doctor-nfse = nfse, of which it is not told on which side the client is
doctor-nfse-advice = say so with --side received (the client took the service), issued (provided it) or both (one client provided it to another)
doctor-noted = { $document }; { $note }
doctor-to-send = not sent; to send it and see what Zen answers: { $command }
doctor-not-sent-no-key = not sent: there is no key
doctor-not-sent-no-office = not sent: no office was named
doctor-not-sent-problems = not sent: there are problems above
doctor-not-sent-none = not sent: there is none
doctor-mend-first = mend that first
doctor-status = {" "}(HTTP { $http })
doctor-was-there = sent{ $http }; Zen had it already: { $said }
doctor-taken = sent, and taken by Zen{ $http }: { $said }. Look at it there
doctor-taken-without-words = sent, and taken by Zen{ $http }. Look at it there
doctor-taken-for = sent, and taken by Zen for the client { $client }{ $http }: { $said }. Look at it there
doctor-refused = sent, and refused by Zen{ $http }: { $said }
doctor-refused-advice = key and office are right, the document is what Zen does not take: mostly its client is not registered there
doctor-refused-whole-advice = the request was refused as a whole: check --office or --base-url; with HTTP 413 the document is too large for the server
doctor-not-taken = sent, and not taken{ $http }: { $said }
doctor-advice-credentials = the key was refused: is it this office's, as Zen shows it, and not blocked by the vendor?
doctor-advice-address = that address takes no documents: check --office or --base-url
doctor-advice-page = a web page or a redirect came instead of an answer: check --office, and whether a proxy is in the way
doctor-advice-certificate = the certificate is not trusted: check the computer's date
doctor-advice-no-entry = no entry for the document could be read: look in Zen whether it did arrive, and tell who keeps malote
doctor-advice-patience = Zen asks for patience: try again later
doctor-advice-fault = Zen does not work now: try again later
