//! Every text of the report, in both languages side by side: what lacks a translation does not compile. `{name}` stands
//! for what [`fill`] puts there. Words in Portuguese are those of the project's glossary, wherever it has one.

macro_rules! texts {
    ($($name:ident: $pt:literal | $en:literal;)*) => {
        /// The texts of one language.
        #[derive(Debug)]
        pub struct Texts { $(#[doc = $en] pub $name: &'static str,)* }

        /// Brazilian Portuguese.
        pub const PT_BR: Texts = Texts { $($name: $pt,)* };

        /// English.
        pub const EN: Texts = Texts { $($name: $en,)* };

        #[cfg(test)]
        const BOTH: &[(&str, &str, &str)] = &[$((stringify!($name), $pt, $en),)*];
    };
}

/// `text` with each `{name}` replaced.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(one, _)| *one == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

texts! {
    title: "Relatório de envio" | "Upload report";
    title_client: "Comprovante de envio" | "Proof of upload";
    subtitle: "Documentos fiscais eletrônicos enviados ao Zen" | "Electronic fiscal documents sent to Zen";
    client: "Cliente" | "Client";
    client_scope: "Somente documentos em que este cliente é emitente ou destinatário, ou que a relação de envio lhe atribui."
        | "Only documents that this client issued or received, or that the manifest assigns to it.";
    manifest: "Relação de envio" | "Manifest";
    destination: "Destino" | "Destination";
    period: "Período do envio" | "Time of upload";
    period_value: "{from} a {to}" | "{from} to {to}";
    made: "Emitido em" | "Made on";
    sandbox: "ENSAIO: os documentos foram enviados ao simulador, e não ao Zen. Este relatório não comprova envio algum."
        | "REHEARSAL: the documents went to the sandbox, not to Zen. This report proves no upload.";

    balance: "Conferência dos totais" | "Balance";
    accepted_of: "aceitos pelo Zen, de {planned} documentos previstos" | "accepted by Zen, of {planned} documents planned";
    planned: "previstos" | "planned";
    balanced: "As parcelas somam o total previsto." | "The parts add up to what was planned.";
    unbalanced: "ATENÇÃO: as parcelas não somam o total previsto." | "ATTENTION: the parts do not add up to what was planned.";
    complete: "Todos os documentos previstos foram aceitos pelo Zen." | "Zen has accepted every document planned.";
    incomplete: "Ainda não aceitos pelo Zen: {left}." | "Not yet accepted by Zen: {left}.";
    nothing_planned: "A relação de envio não traz nenhum documento a enviar." | "The manifest has no document to send.";
    nothing_planned_client: "A relação de envio não traz nenhum documento deste cliente a enviar."
        | "The manifest has no document of this client to send.";
    already_there: "Dos aceitos, {count} já estavam no Zen antes deste envio." | "Of the accepted, {count} were in Zen before this upload.";
    repeated: "Linhas com o mesmo conteúdo de outra contam uma só vez: {count}." | "Rows with the content of another count once only: {count}.";
    equation: "A conta" | "The equation";

    state_accepted: "aceito pelo Zen" | "accepted";
    state_rejected: "recusado pelo Zen" | "rejected";
    state_failed: "falhou, será reenviado" | "failed, will be sent again";
    state_unknown: "sem resposta, será reenviado" | "no answer, will be sent again";
    state_changed: "arquivo alterado" | "file changed";
    state_missing: "não encontrado" | "file missing";
    state_pending: "a enviar" | "pending";

    progress: "Andamento" | "Progress";
    progress_none: "O histórico de envio ainda não registra nenhum documento." | "The journal does not record any document yet.";
    progress_short: "O envio registrado durou menos de dez minutos; os números estão na tabela de totais por noite."
        | "The recorded upload took less than ten minutes; its figures are in the table of totals per night.";
    progress_title: "Documentos aceitos pelo Zen ao longo do tempo" | "Documents accepted by Zen over time";
    progress_desc: "Linha crescente: soma dos documentos aceitos, de {from} a {to}, até {accepted} de {planned} previstos. Faixas claras: horário sem envio. Faixas listradas: Zen indisponível. Os mesmos números estão na tabela de totais por noite."
        | "Rising line: sum of accepted documents, from {from} to {to}, up to {accepted} of {planned} planned. Light bands: quiet hours. Striped bands: outages. The same figures are in the table of totals per night.";
    legend_accepted: "aceitos (soma)" | "accepted (sum)";
    legend_planned: "previstos" | "planned";
    legend_quiet: "horário sem envio" | "quiet hours";
    legend_outage: "Zen indisponível" | "outage";
    pauses: "Interrupções do envio" | "When nothing was sent";
    pause_reason: "motivo" | "reason";
    pause_times: "vezes" | "times";
    pause_total: "duração total" | "total time";
    pauses_each: "Ver cada interrupção" | "Show each of them";
    pauses_cut: "Mostradas as {shown} mais longas, de {count}." | "The {shown} longest of {count} are shown.";
    pause_from: "de" | "from";
    pause_to: "até" | "to";
    pause_length: "duração" | "length";
    pause_quiet: "horário sem envio" | "quiet hours";
    pause_outage: "Zen indisponível" | "outage";
    pause_retry_after: "espera pedida pelo Zen" | "wait that Zen asked for";
    pause_archive: "arquivos inacessíveis" | "archive unreachable";

    hours: "Documentos por hora" | "Documents per hour";
    hours_desc: "Barras empilhadas, de {from} a {to}: aceitos, recusados e sem resultado por hora. Máximo: {most} por hora. Os mesmos números estão na tabela abaixo."
        | "Stacked bars, from {from} to {to}: accepted, rejected and unsettled per hour. Most: {most} per hour. The same figures are in the table below.";
    hours_mean: "Cada barra mostra a média por hora em um período de {hours} horas." | "Each bar shows the hourly mean over {hours} hours.";
    hours_table: "Ver os números por hora" | "Show the figures";
    hours_from: "a partir de" | "from";
    accepted: "aceitos" | "accepted";
    rejected: "recusados" | "rejected";
    unsettled: "sem resultado" | "unsettled";
    others: "demais" | "others";
    total: "total" | "total";

    nights: "Totais por noite" | "Totals per night";
    nights_note: "Cada noite vai do meio-dia ao meio-dia seguinte, no horário em que o histórico de envio foi escrito ({offset}). Cada documento conta na noite do registro que decide a sua situação."
        | "Each night runs from noon to noon, in the offset in which the journal was written ({offset}). Each document counts in the night of the record that decides its state.";
    night: "noite" | "night";
    first_document: "primeiro" | "first";
    last_document: "último" | "last";
    per_hour: "por hora" | "per hour";
    sum_accepted: "aceitos até aqui" | "accepted so far";
    nights_cut: "noites anteriores, somadas: {count}" | "earlier nights, added up: {count}";
    timeless: "sem hora legível" | "without a readable time";
    not_tried: "a enviar, sem registro" | "pending, without a record";

    kinds: "Por espécie, ano e emitente" | "By kind, year and issuer";
    kind: "espécie" | "kind";
    year: "ano de emissão" | "year of issue";
    no_year: "sem data legível" | "without a readable date";
    years_title: "Documentos por ano de emissão" | "Documents by year of issue";
    years_desc: "Barras empilhadas por ano de emissão: aceitos, recusados e demais. Os mesmos números estão na tabela ao lado."
        | "Stacked bars by year of issue: accepted, rejected and others. The same figures are in the table beside.";
    issuer: "emitente" | "issuer";
    no_issuer: "sem emitente" | "without issuer";
    issuers_rest: "outros emitentes: {count}" | "other issuers: {count}";
    issuers_rest_many: "outros emitentes" | "other issuers";
    share_accepted: "% aceitos" | "% accepted";
    issuers_cut: "Mostrados os {shown} emitentes com mais documentos; os demais estão somados na última linha. Todos, um a um:"
        | "The {shown} issuers with the most documents are shown; the rest is added up in the last line. All of them, one by one:";

    rejections: "Recusados pelo Zen, por mensagem" | "Rejections by message";
    rejections_none: "Nenhum documento foi recusado pelo Zen." | "No document was rejected.";
    rejections_note: "Os números dentro das mensagens aparecem como #, para que uma só causa forme um só grupo. Corrija a causa no Zen e depois rode de novo o envio com --retry-rejected."
        | "Digits within messages are shown as #, so that one cause is one group. Mend the cause in Zen, then run again with --retry-rejected.";
    message: "mensagem" | "message";
    count: "quantidade" | "count";
    clients: "clientes" | "clients";
    more_clients: "e mais {count}" | "and {count} more";
    many_clients: "e outros" | "and others";
    first_one: "primeiro documento" | "first document";
    no_message: "(sem mensagem)" | "(no message)";
    causes_cut: "Outras mensagens: {messages}, com {count} documentos." | "Other messages: {messages}, of {count} documents.";
    all_of_them: "A lista completa, com o caminho de cada arquivo:" | "The whole list, with the path of each file:";

    todo: "O que falta e o que fazer" | "What is left and what to do";
    todo_none: "Nada falta: nenhum documento ficou sem resposta, foi alterado ou não foi encontrado." | "Nothing: no document is unanswered, changed or missing.";
    todo_failed: "Nada a decidir: o próximo envio tenta de novo. Se a mesma mensagem voltar noite após noite, mostre-a ao suporte do Zen."
        | "Nothing to decide: the next run tries again. If the same message comes back night after night, show it to Zen's support.";
    todo_unknown: "O pedido saiu e a resposta não chegou: o Zen pode já ter o documento. O próximo envio pergunta de novo; se ele já estiver lá, conta como aceito."
        | "The request left and no answer came: Zen may have the document. The next run sends it again; where it is there already, that counts as accepted.";
    todo_changed: "O arquivo não é mais o que foi levantado, e por isso não foi enviado. Veja quem o alterou; se a nova versão é a certa, faça o levantamento de novo (malote plan)."
        | "The file is no longer what was planned, so it was not sent. Find out who changed it; if the new version is right, plan again (malote plan).";
    todo_missing: "O arquivo não pôde ser lido no caminho indicado. Devolva-o ao lugar, ou indique a nova pasta com --root ANTIGA=NOVA; o próximo envio procura de novo."
        | "The file could not be read at its path. Put it back, or name the new folder with --root OLD=NEW; the next run looks again.";
    todo_pending: "Ainda não chegou a vez. O próximo envio continua daqui." | "Their turn has not come. The next run goes on from here.";
    list_cut: "Mostrados {shown} de {count}. A lista completa:" | "{shown} of {count} are shown. The whole list:";
    unanswered: "(o envio parou antes da resposta)" | "(the run stopped before the answer)";
    csv_all: "documentos.csv" | "documents.csv";
    csv_rejected: "recusados.csv" | "rejected.csv";
    csv_open: "pendentes.csv" | "open.csv";
    document: "documento" | "document";
    file: "arquivo" | "file";

    left_out: "Fora do envio" | "Left out";
    left_out_note: "Linhas da relação de envio que não são enviadas, pelo motivo. Linhas ao todo: {rows} = a enviar {planned} + repetidas {repeated} + fora do envio {left_out}."
        | "Rows of the manifest that are not sent, by reason. Rows in all: {rows} = to send {planned} + repeated {repeated} + left out {left_out}.";
    reason: "motivo" | "reason";
    code: "código" | "code";
    by_reviewer: "por decisão de quem revisou a relação" | "by the reviewer's decision";

    documents: "Relação dos documentos" | "List of documents";
    documents_note: "Documentos listados: {shown}, de {count}." | "Documents listed: {shown} of {count}.";
    documents_cut: "A lista para no documento {shown}. As linhas de todos os clientes, para filtrar por emitente e destinatário:"
        | "The list ends at document {shown}. The rows of all clients, to be filtered by issuer and recipient:";
    key: "chave ou identificação" | "access key or id";
    issued: "emissão" | "issued";
    situation: "situação" | "state";
    accepted_at: "data e hora" | "date and time";
    documents_times: "A data e hora são as da resposta do Zen, em {offset}." | "Date and time are those of Zen's answer, in {offset}.";

    evidence: "Provas" | "Evidence";
    evidence_note: "Os arquivos abaixo, guardados com este relatório, provam cada número. O SHA-256 de um arquivo muda se um único byte dele mudar; confira com:"
        | "The files below, kept with this report, prove every figure. A file's SHA-256 changes with any single byte of it; check it with:";
    journal: "Histórico de envio" | "Journal";
    journal_none: "não existe ainda" | "does not exist yet";
    journal_bytes: "SHA-256 dos primeiros {bytes} bytes, que é o tamanho do arquivo quando foi lido." | "SHA-256 of the first {bytes} bytes, the file's size when it was read.";
    journal_torn: "Os últimos {bytes} bytes não formam registros inteiros: um envio está em curso ou foi interrompido."
        | "The last {bytes} bytes are no whole records: a run is writing, or was cut off.";
    program: "Programa" | "Program";
    program_value: "malote {version}, SHA-256 do próprio executável" | "malote {version}, SHA-256 of its own executable";
    runs: "Envios e suas configurações" | "Runs and their settings";
    runs_cut: "Envios anteriores, não mostrados: {count}." | "Earlier runs, not shown: {count}.";
    run_started: "início" | "start";
    run_ended: "fim" | "end";
    run_how: "como terminou" | "how it ended";
    run_version: "versão" | "version";
    run_settings: "configurações" | "settings";
    run_other_manifest: "outra relação de envio, ou esta antes de mudar: {name}" | "another manifest, or this one before it changed: {name}";
    end_finished: "concluído" | "finished";
    end_interrupted: "interrompido pelo operador" | "interrupted by the operator";
    end_until: "chegou a hora de parar (--until)" | "the time to stop came (--until)";
    end_max_duration: "duração máxima atingida" | "longest duration reached";
    end_max_docs: "quantidade máxima atingida" | "largest number reached";
    end_max_rejected: "recusas demais" | "too many rejections";
    end_outage_limit: "Zen indisponível por tempo demais" | "outage too long";
    end_pilot: "piloto concluído" | "pilot finished";
    end_failed: "falhou" | "failed";
    end_unknown: "sem registro do fim" | "its end is not recorded";
    footer: "Página autônoma: não usa a internet e pode ser guardada, impressa ou enviada como está." | "A page of its own: it uses no network and can be kept, printed or sent as it is.";

    kind_nfe: "NF-e" | "NF-e";
    kind_nfce: "NFC-e" | "NFC-e";
    kind_cte: "CT-e" | "CT-e";
    kind_cte_simp: "CT-e simplificado" | "CT-e simplificado";
    kind_cte_os: "CT-e OS" | "CT-e OS";
    kind_cfe: "CF-e SAT" | "CF-e SAT";
    kind_cfe_cancel: "CF-e SAT, cancelamento" | "CF-e SAT, cancellation";
    kind_nfe_event: "NF-e, evento" | "NF-e, event";
    kind_cte_event: "CT-e, evento" | "CT-e, event";
    kind_cte_os_event: "CT-e OS, evento" | "CT-e OS, event";
    kind_other: "outro" | "other";

    skip_duplicate: "cópia repetida" | "duplicate";
    skip_superseded: "há cópia melhor" | "there is a better copy";
    skip_no_protocol: "sem protocolo de autorização" | "without the tax office's answer";
    skip_no_route: "o Zen não tem rota para esta espécie" | "Zen has no route for it";
    skip_not_authorised: "não autorizado pela SEFAZ" | "not authorised by the tax office";
    skip_homologation: "emitido em ambiente de homologação (teste)" | "issued in the test environment";
    skip_summary: "resumo; o documento está em outro lugar" | "a summary; the document is elsewhere";
    skip_technical: "pedido ou resposta de serviço, não é documento" | "a request or answer, no document";
    skip_not_dfe: "XML que não é documento fiscal" | "XML, but no fiscal document";
    skip_nfse: "NFS-e da qual não se sabe o lado do cliente" | "an NFS-e of which the client's side is not known";
    skip_other_event: "evento de outro tipo" | "an event of another type";
    skip_period: "fora do período pedido" | "outside the period asked for";
    skip_damaged: "arquivo vazio, danificado ou que não é XML" | "empty, damaged or not XML";
    skip_key: "chave de acesso ausente ou inválida" | "access key missing or invalid";
    skip_protocol: "protocolo de outro documento ou substituído" | "the protocol is another's, or was replaced";
    skip_several: "vários documentos em um arquivo" | "several documents in one file";
    skip_looked_into: "pacote: os documentos dele têm linha própria" | "a container: its documents have rows of their own";
    skip_no_client: "nenhum cliente da lista participa" | "no client of the list takes part";
    skip_in_zen: "o Zen já tem" | "Zen has it already";
    skip_not_looked_into: "pasta ou arquivo compactado não examinado" | "folder or archive that was not looked into";
    skip_unreadable: "não pôde ser lido" | "could not be read";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_leave_the_same_places() {
        for (name, pt, en) in BOTH {
            let places = |text: &str| {
                let mut names: Vec<String> = text
                    .split('{')
                    .skip(1)
                    .map(|after| after.split('}').next().unwrap_or_default().to_owned())
                    .collect();
                names.sort();
                names
            };
            assert_eq!(places(pt), places(en), "{name}");
            assert!(!pt.trim().is_empty() && !en.trim().is_empty(), "{name}");
        }
    }

    #[test]
    fn the_words_that_mean_something_else_are_not_used() {
        for (name, pt, _) in BOTH {
            let pt = pt.to_lowercase();
            for never in [
                "manifesto",
                "diário",
                "jornal",
                "recibo",
                "rejeitad",
                "denegad",
                "contingência",
                "balanço",
                "duplicata",
                "substituída",
            ] {
                assert!(!pt.contains(never), "{name}: {never}");
            }
        }
    }

    #[test]
    fn places_are_filled() {
        assert_eq!(
            fill("{a} de {b}.", &[("b", "2"), ("a", "{1}")]),
            "{1} de 2."
        );
        assert_eq!(fill("nada", &[]), "nada");
    }
}
