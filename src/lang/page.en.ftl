### What the page of `report` says. Numbers go through NUMBER, which writes them with a comma at every three digits.

page-title = Upload report
page-title-client = Proof of upload
page-subtitle = Electronic fiscal documents sent to Zen
page-client = Client
page-client-scope = Only documents that this client issued or received, or that the manifest assigns to it.
page-manifest = Manifest
page-destination = Destination
page-period = Time of upload
page-period-value = { $from } to { $to }
page-made = Made on
page-sandbox = REHEARSAL: the documents went to the sandbox, not to Zen. This report proves no upload.

## The balance

page-balance = Balance
page-accepted-of = accepted by Zen, of { $planned ->
    [1] 1 document planned
   *[other] { NUMBER($planned) } documents planned
 }
page-planned = planned
page-complete = { $planned ->
    [1] Zen has accepted the document planned.
   *[other] Zen has accepted every document planned.
 }
page-incomplete = { $left ->
    [1] 1 document is not accepted by Zen yet.
   *[other] { NUMBER($left) } documents are not accepted by Zen yet.
 }
page-already-there = { $count ->
    [1] Of the accepted, 1 was in Zen before this upload.
   *[other] Of the accepted, { NUMBER($count) } were in Zen before this upload.
 }
page-repeated = { $count ->
    [1] 1 row has the content of another and does not count again.
   *[other] { NUMBER($count) } rows have the content of others and do not count again.
 }
page-balanced = The parts add up to what was planned.
page-unbalanced = ATTENTION: the parts do not add up to what was planned.
page-nothing-planned = The manifest has no document to send.
page-nothing-planned-client = The manifest has no document of this client to send.
page-equation = The equation
page-part-planned = planned
page-part-accepted = accepted
page-part-rejected = rejected
page-part-failed = failed, will be sent again
page-part-unknown = no answer, will be sent again
page-part-changed = { $count ->
    [1] file changed
   *[other] files changed
 }
page-part-missing = { $count ->
    [1] file missing
   *[other] files missing
 }
page-part-pending = pending
page-state-accepted = accepted
page-state-rejected = rejected
page-state-failed = failed, will be sent again
page-state-unknown = no answer, will be sent again
page-state-changed = file changed
page-state-missing = file missing
page-state-pending = pending

## How it went

page-progress = Progress
page-progress-none = The journal does not record any document yet.
page-progress-short = The recorded upload took less than ten minutes; its figures are in the table of totals per night.
page-progress-title = Documents accepted by Zen over time
page-progress-desc = Rising line: sum of accepted documents, from { $from } to { $to }, up to { NUMBER($accepted) } of { NUMBER($planned) } planned. Light bands: quiet hours. Striped bands: outages. The same figures are in the table of totals per night.
page-legend-accepted = accepted (sum)
page-legend-planned = planned
page-legend-quiet = quiet hours
page-legend-outage = outage
page-pauses = When nothing was sent
page-pause-reason = reason
page-pause-times = times
page-pause-total = total time
page-pauses-each = Show each of them
page-pauses-cut = The { NUMBER($shown) } longest of { NUMBER($count) } are shown.
page-pause-from = from
page-pause-to = to
page-pause-length = length
page-pause-retry-after = wait that Zen asked for
page-pause-archive = archive unreachable
page-hours = Documents per hour
page-hours-desc = Stacked bars, from { $from } to { $to }: accepted, rejected and unsettled per hour. Most: { NUMBER($most) } per hour. The same figures are in the table below.
page-hours-table = Show the figures
page-hours-mean = Each bar shows the hourly mean over { NUMBER($hours) } hours.
page-hours-from = from
page-accepted = accepted
page-rejected = rejected
page-unsettled = unsettled
page-others = others
page-total = total

## The nights

page-nights = Totals per night
page-nights-note = Each night runs from noon to noon, in the offset in which the journal was written ({ $offset }). Each document counts in the night of the record that decides its state.
page-night = night
page-first-document = first
page-last-document = last
page-per-hour = per hour
page-sum-accepted = accepted so far
page-timeless = without a readable time
page-nights-cut = { $count ->
    [1] 1 earlier night
   *[other] { NUMBER($count) } earlier nights, added up
 }
page-not-tried = pending, without a record

## By kind, year and issuer

page-kinds = By kind, year and issuer
page-kind = kind
page-year = year of issue
page-no-year = without a readable date
page-years-title = Documents by year of issue
page-years-desc = Stacked bars by year of issue: accepted, rejected and others. The same figures are in the table beside.
page-issuer = issuer
page-no-issuer = without issuer
page-issuers-rest = { $count ->
    [1] 1 other issuer
   *[other] { NUMBER($count) } other issuers
 }
page-issuers-rest-many = other issuers
page-share-accepted = % accepted
page-issuers-cut = The { NUMBER($shown) } issuers with the most documents are shown; the rest is added up in the last line. All of them, one by one:

## Rejections

page-rejections = Rejections by message
page-rejections-none = No document was rejected.
page-rejections-note = Digits within messages are shown as #, so that one cause is one group. Mend the cause in Zen, then run again with --retry-rejected.
page-message = message
page-count = count
page-clients = clients
page-more-clients = and { NUMBER($count) } more
page-many-clients = and others
page-first-one = first document
page-no-message = (no message)
page-causes-cut = { $messages ->
    [1] There is 1 more message
   *[other] There are { NUMBER($messages) } more messages
 }, of { $count ->
    [1] 1 document.
   *[other] { NUMBER($count) } documents.
 }
page-causes-cut-uncounted = There are more than { NUMBER($messages) } other messages, of { NUMBER($count) } documents.
page-all-of-them = The whole list, with the path of each file:

## What is left

page-todo = What is left and what to do
page-todo-none = Nothing: no document is unanswered, changed or missing.
page-open-failed = { $count ->
    [1] 1 document failed, will be sent again
   *[other] { NUMBER($count) } documents failed, will be sent again
 }
page-open-unknown = { $count ->
    [1] 1 document without an answer, will be sent again
   *[other] { NUMBER($count) } documents without an answer, will be sent again
 }
page-open-changed = { $count ->
    [1] 1 file changed
   *[other] { NUMBER($count) } files changed
 }
page-open-missing = { $count ->
    [1] 1 file missing
   *[other] { NUMBER($count) } files missing
 }
page-open-pending = { $count ->
    [1] 1 document pending
   *[other] { NUMBER($count) } documents pending
 }
page-todo-failed = Nothing to decide: the next run tries again. If the same message comes back night after night, show it to Zen's support.
page-todo-unknown = The request left and no answer came: Zen may have the document. The next run sends it again; where it is there already, that counts as accepted.
page-todo-changed = The file is no longer what was planned, so it was not sent. Find out who changed it; if the new version is right, plan again (malote plan).
page-todo-missing = The file could not be read at its path. Put it back, or name the new folder with --root OLD=NEW; the next run looks again.
page-todo-pending = Their turn has not come. The next run goes on from here.
page-list-cut = { NUMBER($shown) } of { NUMBER($count) } are shown. The whole list:
page-csv-all = documents.csv
page-csv-rejected = rejected.csv
page-csv-open = open.csv
page-unanswered = (the run stopped before the answer)
page-document = document
page-file = file

## What stays out

page-left-out = Left out
page-left-out-note = Rows of the manifest that are not sent, by reason. Rows in all: { NUMBER($rows) } = to send { NUMBER($planned) } + repeated { NUMBER($repeated) } + left out { NUMBER($left_out) }.
page-reason = reason
page-code = code
page-by-reviewer = by the reviewer's decision

## The documents of one client

page-documents = List of documents
page-documents-note = Documents listed: { NUMBER($shown) } of { NUMBER($count) }.
page-documents-cut = The list ends at document { NUMBER($shown) }. The rows of all clients, to be filtered by issuer and recipient:
page-key = access key or id
page-issued = issued
page-situation = state
page-accepted-at = date and time
page-documents-times = Date and time are those of Zen's answer, in { $offset }.

## Evidence

page-evidence = Evidence
page-evidence-note = The files below, kept with this report, prove every figure. A file's SHA-256 changes with any single byte of it; check it with:
page-journal = Journal
page-journal-none = does not exist yet
page-journal-bytes = SHA-256 of the first { NUMBER($bytes) } bytes, the file's size when it was read.
page-journal-torn = { $bytes ->
    [1] The last byte is no whole record
   *[other] The last { NUMBER($bytes) } bytes are no whole records
 }: a run is writing, or was cut off.
page-program = Program
page-program-value = malote { $version }, SHA-256 of its own executable
page-runs = Runs and their settings
page-runs-cut = { $count ->
    [1] 1 earlier run is not shown.
   *[other] { NUMBER($count) } earlier runs are not shown.
 }
page-run-started = start
page-run-ended = end
page-run-how = how it ended
page-run-version = version
page-run-settings = settings
page-run-other-manifest = another manifest, or this one before it changed: { $name }
page-end-finished = finished
page-end-interrupted = interrupted by the operator
page-end-until = the time to stop came (--until)
page-end-max-duration = longest duration reached
page-end-max-docs = largest number reached
page-end-max-rejected = too many rejections
page-end-outage-limit = outage too long
page-end-pilot = pilot finished
page-end-failed = failed
page-end-unknown = its end is not recorded
page-footer = A page of its own: it uses no network and can be kept, printed or sent as it is.

## Kinds that are not named alike in both languages

page-kind-cfe-cancel = CF-e SAT, cancellation
page-kind-nfe-event = NF-e, event
page-kind-cte-event = CT-e, event
page-kind-cte-os-event = CT-e OS, event
page-kind-other = other

## Why a row stays out

page-skip-duplicate = duplicate
page-skip-superseded = there is a better copy
page-skip-no-protocol = without the tax office's answer
page-skip-no-route = Zen has no route for it
page-skip-not-authorised = not authorised by the tax office
page-skip-homologation = issued in the test environment
page-skip-summary = a summary; the document is elsewhere
page-skip-technical = a request or answer, no document
page-skip-not-dfe = XML, but no fiscal document
page-skip-nfse = an NFS-e of which the client's side is not known
page-skip-other-event = an event of another type
page-skip-period = outside the period asked for
page-skip-damaged = empty, damaged or not XML
page-skip-key = access key missing or invalid
page-skip-protocol = the protocol is another's, or was replaced
page-skip-several = several documents in one file
page-skip-looked-into = a container: its documents have rows of their own
page-skip-no-client = no client of the list takes part
page-skip-in-zen = Zen has it already
page-skip-not-looked-into = folder or archive that was not looked into
page-skip-unreadable = could not be read
