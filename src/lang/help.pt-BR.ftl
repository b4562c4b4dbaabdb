### O que a ajuda e o leitor da linha de comando dizem em português. O inglês da ajuda está em src/cli, junto de cada
### opção; o inglês do leitor é do próprio clap.

## As partes da ajuda

help-usage = Uso:
help-commands = Comandos:
help-arguments = Argumentos:
help-options = Opções:
help-any-command = COMANDO
help-any-options = OPÇÕES
help-env = [variável: { $name }]
help-default = [padrão: { $value }]
help-values = [valores: { $values }]
help-values-heading = Valores:

## Os comandos

command-malote = Leva um acervo de XMLs fiscais brasileiros para uma conta do Zen: uma vez só, por inteiro e sem atropelo
command-plan = Faz o levantamento de um acervo e grava a relação de envio: o que vai ser enviado, para uma pessoa conferir
command-run = Envia o que está na relação de envio e ainda não está resolvido no histórico de envio
command-diff = Mostra as pendências: o que falta enviar, e por quê
command-report = Grava uma página para o contador e o cliente: o que foi enviado, quando, e o que falta
command-rehearse = Ensaia o trabalho todo: levantamento, envio ao simulador e pendências, em uma pasta temporária
command-fetch-known = Pergunta ao Zen que documentos ele já tem, para --known
command-sandbox = Serve o simulador do Zen neste computador até um Ctrl-C
command-doctor = Confere chave, escritório, relógio e disco antes da primeira noite
command-completions = Imprime o que faz o shell completar comandos e opções
command-man = Imprime a página do manual, para o man
command-help = Mostra esta ajuda, ou a de um dos comandos

## Os argumentos e as opções

arg-help = Mostra a ajuda (-h, em resumo; --help, por inteiro)
arg-version = Mostra a versão
arg-lang = O idioma do que o malote diz e do relatório [variável: MALOTE_LANG] [padrão: o do sistema; se for outro, inglês, e português no relatório]
arg-log_file = Acrescenta a este arquivo o que acontece, uma linha por fato; nunca a chave
arg-log_level = Quanto disso: error, warn, info (comandos, configurações, pausas), debug (cada pedido) ou trace (cada registro)
arg-paths = Arquivos e pastas a examinar
arg-include = Examina só os arquivos que combinam (um padrão sem / vale para nomes), seja qual for a extensão; {"{"}a,b{"}"} é um ou outro
arg-exclude = Deixa de lado arquivos e pastas que combinam
arg-from = Deixa fora do envio os documentos emitidos antes deste dia
arg-to = Deixa fora do envio os documentos emitidos depois deste dia
arg-clients = Deixa fora do envio os documentos de que nenhum destes participa, e envia as NFS-e deles: um CNPJ ou CPF por linha, e depois dele um nome
arg-known = Deixa fora do envio os documentos que o Zen já tem: um arquivo de chaves de acesso, como o fetch-known grava
arg-verify_signatures = Verifica as assinaturas e diz na coluna signature o que foi de cada uma; nada fica fora do envio por isso (só em um malote compilado com a feature signatures)
arg-order = A ordem das linhas, que é a do envio
arg-events = Que eventos enviar
arg-routes = Que tabela de rotas usar
arg-plan-output = Onde gravar a relação de envio
arg-force = Troca uma relação de envio que já existe
arg-excel = Grava o que um Excel brasileiro abre com dois cliques: ponto e vírgula, BOM, CRLF
arg-manifest = A relação de envio
arg-doctor-manifest = A relação que vai ser enviada [padrão: a mais nova desta pasta]
arg-office = A primeira parte do endereço em que o escritório entra no Zen [variável: MALOTE_OFFICE]
arg-base_url = Outro endereço em vez do do escritório [variável: MALOTE_BASE_URL]
arg-sandbox = Um simulador do Zen dentro deste processo: sem rede e sem conta
arg-token_file = Um arquivo com a chave da API do Zen; sem ele, a chave está em MALOTE_TOKEN
arg-sandbox-token_file = Um arquivo com a chave a pedir; sem ele, a de MALOTE_TOKEN, ou então uma inventada, que é mostrada
arg-journal = O histórico de envio, ou vários [variável: MALOTE_JOURNAL] [padrão: o nome da relação com .journal.csv]
arg-run-journal = O histórico de envio [variável: MALOTE_JOURNAL, menos com --sandbox] [padrão: o nome da relação com .journal.csv]
arg-root = Lê em NOVA o que a relação diz estar em ANTIGA
arg-rate = O limite de documentos, contado tudo: 11/s, 600/min, unlimited (sem limite)
arg-rehearse-rate = O limite de documentos
arg-fetch-known-rate = O limite de pedidos: 11/s, 600/min, unlimited (sem limite)
arg-concurrency = Quantos pedidos ao mesmo tempo
arg-batch = Documentos em um pedido, de 1 a 50
arg-nfse_field = O campo do formulário, no envio de NFS-e, que leva o arquivo
arg-timeout = A maior espera por uma resposta
arg-attempts = Tentativas para um documento em um mesmo envio
arg-quiet_hours = O horário sem envio, como "seg-sex 00:00-18:00; sáb 00:00-12:00"; feriado conta como domingo; none: nenhum [variável: MALOTE_QUIET_HOURS, menos com --sandbox] [padrão: mon-fri 00:00-18:00; none com --sandbox]
arg-timezone = O fuso desse horário
arg-doctor-timezone = O fuso do horário sem envio
arg-outage_limit = Por quanto tempo o Zen pode ficar indisponível, sem contar o horário sem envio
arg-already_there = O que em uma recusa quer dizer que o servidor já tem o documento
arg-trust_status = Considera aceito um 2xx cuja resposta não diz nada legível sobre o documento
arg-declaration = Se a declaração XML vai junto
arg-user_agent = Com que nome o programa se apresenta [padrão: malote/VERSÃO]
arg-pilot = Envia um documento de cada rota, versão do leiaute e codificação, e para
arg-max_docs = Para depois de tantos documentos
arg-max_duration = Para depois desse tempo
arg-until = Para a essa hora do dia
arg-max_rejected = Para quando houver mais recusas do que isso, ou mais do que tantos % depois de 1.000 respostas
arg-retry_rejected = Envia de novo os recusados, todos, ou só aqueles cuja mensagem combina
arg-dry_run = Lê, confere e codifica tudo o que iria; não envia nada e não grava histórico
arg-progress = Como o andamento é mostrado
arg-diff-known = Mostra também o que foi aceito e o Zen não mostra: o arquivo que o fetch-known gravou depois do envio
arg-only = Só as linhas nestas situações (para csv): accepted, rejected, failed, unknown, changed, missing, pending; com --known, também not-shown
arg-format = Como mostrar
arg-diff-output = Grava em um arquivo, em vez de mostrar
arg-client = Só os documentos em que este cliente é emitente ou destinatário, com a lista deles: um comprovante para entregar
arg-report-output = Onde gravar a página; uma que já exista é trocada
arg-fetch-known-clients = De quem pedir os documentos: um CNPJ ou CPF por linha, e depois dele um nome
arg-fetch-known-from = O primeiro dia de emissão
arg-fetch-known-to = O último dia de emissão
arg-fetch-known-output = Onde gravar as chaves
arg-one = Examina também este documento; com --yes, envia-o
arg-side = De que lado está o cliente no documento de --one, quando é uma NFS-e
arg-yes = Envia mesmo o documento de --one, seja ou não horário sem envio, e explica a resposta. Nenhum histórico o registra: se um envio o repetir, o Zen responde que já o tem
arg-shell = O shell
arg-port = A porta neste computador; 0 pega uma livre
arg-seed = A semente de todos os sorteios abaixo
arg-latency = Quanto demora uma resposta
arg-slow = Fração das respostas que demoram mais, de 0 a 1
arg-slow_for = Quanto mais estas demoram
arg-fail = Fração dos pedidos respondidos com 500, de 0 a 1
arg-push_back = Fração dos pedidos respondidos com 429, de 0 a 1
arg-unavailable = Fração dos pedidos respondidos com 503 e Retry-After, de 0 a 1
arg-retry_after = Segundos no Retry-After de um 429 ou 503
arg-refuse = Fração dos documentos recusados, de 0 a 1
arg-lose = Fração dos pedidos atendidos, mas nunca respondidos, de 0 a 1
arg-reset = Fração dos pedidos nem atendidos nem respondidos, de 0 a 1
arg-cut = Fração dos pedidos atendidos cuja resposta se interrompe no meio, de 0 a 1
arg-odd = Fração das respostas em uma forma que a descrição do fornecedor deixa em aberto, de 0 a 1
arg-batch_poison = Responde 500 a pedidos de vários documentos em que um tem mais bytes do que isso
arg-outage = Responde 500 a tudo, de um tempo depois do início até outro, como 10s-50s
arg-duplicates_succeed = Responde às repetições com sucesso, e não com a recusa que diz que já estão lá
arg-loose_events = Aceita eventos cujo documento não chegou
arg-log = Grava em um arquivo CSV o que chega

## Os valores das opções

choice-order-path = As pastas como foram dadas, os nomes em ordem
choice-order-newest = A data de emissão mais nova primeiro
choice-events-default = Cancelamentos, cartas de correção e manifestações do destinatário
choice-events-all = Todo evento que tem rota
choice-routes-documented = A coleção pública da API do fornecedor
choice-routes-legacy = O que o antecessor deste programa usava
choice-declaration-keep = Como está escrita
choice-declaration-drop = Sem ela: para um servidor que estraga os acentos sob uma declaração de outra codificação
choice-side-received = O cliente tomou o serviço
choice-side-issued = O cliente prestou o serviço
choice-side-both = Um cliente o prestou a outro
choice-progress-auto = O mesmo que bar
choice-progress-bar = Uma barra, e linhas simples onde não há terminal
choice-progress-plain = Uma linha a cada 30 s
choice-progress-json = Um objeto JSON por linha, a cada segundo, na saída padrão
choice-progress-none = Nada
choice-format-table = A conferência dos totais, e o que falta por mensagem
choice-format-csv = As linhas nas situações escolhidas, como uma relação que o run aceita de novo
choice-format-json = A conferência dos totais como um objeto

## O que há de errado com uma linha de comando

wrong-line = erro: { $error }
wrong-argument = não existe a opção ou o argumento '{ $name }'
wrong-command = não existe o comando '{ $name }'
wrong-value = '{ $value }' não é valor para '{ $option }'
wrong-value-because = '{ $value }' não é valor para '{ $option }': { $reason }
wrong-not-yes-or-no = escreva sim ou não
wrong-not-a-number = escreva um número inteiro, sem sinal
wrong-too-large = é grande demais
wrong-not-a-share = escreva uma fração como 0.1
wrong-bounds = não está entre { $least } e { $most }
wrong-no-value = falta um valor para '{ $option }'
wrong-missing = falta o que é obrigatório:
wrong-conflict = '{ $option }' não pode ser usado junto com '{ $other }'
wrong-twice = '{ $option }' não pode ser usado mais de uma vez
wrong-equals = '{ $option }' pede um sinal de igual antes do valor
wrong-choices = { "  " }[valores: { $values }]
wrong-tip = { "  " }sugestão: existe algo parecido: { $similar }
wrong-more = Para saber mais, experimente '--help'.
