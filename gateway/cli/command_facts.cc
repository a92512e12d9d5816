#include "gateway/cli/command_facts.h"

#include <algorithm>

namespace mrg {
namespace {

// A command is three fields, in the order of the families in families.cc.
constexpr CommandFact kFacts[] = {
    {"mrgctl init hub",
     "mrgctl init hub --dir hub --trust-domain hub.example --federation 127.0.0.1:7002",
     "`made`, `member`, `role`, `trustDomain`, `digest`"},
    {"mrgctl init region",
     "mrgctl init region --dir delta --member yangtze-delta --trust-domain delta.example "
     "--federation 127.0.0.1:7102 --api 127.0.0.1:7101 --jurisdictions 31,32 --hub-root "
     "1.root.json --hub-endpoint 127.0.0.1:7002 --hub-ca hub-ca.pem",
     "`made`, `member`, `role`, `trustDomain`, `digest`, `hubDigest`"},
    {"mrgctl member add", "mrgctl member add --dir hub --file member.textproto",
     "`member`, `staged`, `jurisdictions`, `endpoint`, `trustDomain`, `digest`"},
    {"mrgctl issuer add",
     "mrgctl issuer add --repository repository --jurisdiction 31 --code 11310000YY000001XH "
     "--name 上海样例发证机关 --type 11100000XX0000019L003 --pem authority.pem",
     "`path`, `role`, `issuerCode`, `scheme`, `keySha256`"},
    {"mrgctl agreement new",
     "mrgctl agreement new --id delta-pearl-2026 --member delta/member.textproto --member "
     "pearl/member.textproto --type 11100000XX0000019L003 --element certificateNumber --out "
     "agreement.textproto",
     "`made`, `members`: each `member`, `digest`, `firstRootSha256`"},
    {"mrgctl doctor", "mrgctl doctor --config delta/node.textproto",
     "one a finding: `health` (`SOUND`, `SOON`, `FAULT`), `what`, `found`, `remedy`"},
    {"mrgctl keys generate",
     "mrgctl keys generate --scheme sm2-sm3 --out authority.key --public authority.pem",
     "`name`, `scheme`, `sha256`, `pem`"},
    {"mrgctl keys secret", "mrgctl keys secret --out epoch-31-1.key", "nothing"},
    {"mrgctl keys init", "mrgctl keys init --dir keys --jurisdictions 31,32",
     "one a key: `name`, `scheme`, `sha256`, `pem`"},
    {"mrgctl keys epoch",
     "mrgctl keys epoch --dir delta/keys --jurisdiction 31 --epoch 2 --from now+3h",
     "`jurisdiction`, `epoch`, `path`, `from`"},
    {"mrgctl keys replace", "mrgctl keys replace --role j-31 --dir keys --repository repository",
     "`role`, `sha256`, `ended`, `toSign`"},
    {"mrgctl certificate authority",
     "mrgctl certificate authority --domain delta.example --out tls",
     "`certificate`, `key`, `identity`, `until`"},
    {"mrgctl certificate issue",
     "mrgctl certificate issue --authority tls --identity jurisdiction/31/platform/portal "
     "--out portal",
     "`certificate`, `key`, `identity`, `until`"},
    {"mrgctl certificate revoke",
     "mrgctl certificate revoke --authority tls --certificate portal.pem", "`list`, `renewBefore`"},
    {"mrgctl trust init",
     "mrgctl trust init --repository repository --member yangtze-delta --jurisdictions "
     "31,32 --log-origin yangtze-delta/log-1 --keys keys",
     "`version`, `sha256`"},
    {"mrgctl trust stage",
     "mrgctl trust stage --repository repository --catalogue 31 --file "
     "deploy/regions/yangtze-delta/catalogue-31.textproto --canonical "
     "deploy/packs/canonical/1.textproto",
     "`path`, `role`, `removed`, `withoutDictionary`"},
    {"mrgctl trust unstage", "mrgctl trust unstage --repository repository --role j-31", "`role`"},
    {"mrgctl trust revoke",
     "mrgctl trust revoke --repository repository --jurisdiction 31 --issuer "
     "11310000YY000001XH --state compromised --from 2026-11-24T00:00:00+08:00",
     "`path`, `role`, `entries`"},
    {"mrgctl trust diff", "mrgctl trust diff --repository repository",
     "one a role: `role`, `version`, `versionBefore`, `expires`, `signed`, `missing`, "
     "`rootSha256`, `signers`, `delegations`, `targets`"},
    {"mrgctl trust sign",
     "mrgctl trust sign --repository repository --role j-31 --key keys/offline/j-31.pem",
     "`role`, `version`"},
    {"mrgctl trust renew", "mrgctl trust renew --repository repository --role root",
     "`role`, `version`"},
    {"mrgctl trust rotate", "mrgctl trust rotate --repository repository --keys keys",
     "`version`, `sha256`"},
    {"mrgctl trust publish",
     "mrgctl trust publish --repository repository --address unix:run/admin.sock",
     "`PublishResponse`"},
    {"mrgctl trust repin",
     "mrgctl trust repin --publisher pearl --root 7.root.json --sha256 '0f3a 77c1 …' "
     "--because 'keys lost, case 12' --address unix:run/admin.sock",
     "`RepinPublisherResponse`"},
    {"mrgctl trust status", "mrgctl trust status --address unix:run/admin.sock",
     "`GetTrustStateResponse`"},
    {"mrgctl trust history",
     "mrgctl trust history --publisher yangtze-delta --role j-31 --address "
     "node.delta.example:7002 --cert node.pem --key node.key --ca ca.pem",
     "one a version: `role`, `version`, `versionBefore`, `inForceSince`, `expires`, `signers`, "
     "`unknownSignatures`, `isOldestKept`, `signersChanges`, `contentChanges`"},
    {"mrgctl trust prove",
     "mrgctl trust prove --repository repository --target 31/issuers --entry "
     "11310000YY000001XH/0f3a77c1 --proof proof",
     "`proof`, `bytes`"},
    {"mrgctl trust verify-proof", "mrgctl trust verify-proof --root 1.root.json --proof proof",
     "`present`, `path`, `entry`, `valueSha256`, `listSha256`, `role`, `roleVersion`, "
     "`rootVersion`, `until`"},
    {"mrgctl trust evidence list", "mrgctl trust evidence list --address unix:run/admin.sock",
     "one a fork: `id`, `foundAt`, `resumedAt`, `resumedBecause`, `finding`"},
    {"mrgctl trust evidence export",
     "mrgctl trust evidence export --id "
     "0f3a77c10f3a77c10f3a77c10f3a77c10f3a77c10f3a77c10f3a77c10f3a77c1 --file fork "
     "--address unix:run/admin.sock",
     "`file`"},
    {"mrgctl trust evidence verify",
     "mrgctl trust evidence verify --file fork --first-root 1.root.json", "`id`, `finding`"},
    {"mrgctl trust evidence resume",
     "mrgctl trust evidence resume --publisher pearl --because 'the second list was "
     "withdrawn, case 12' --address unix:run/admin.sock",
     "`publisher`, `answered`, `frozen`"},
    {"mrgctl bundle export",
     "mrgctl bundle export --out lists.bundle --address node.delta.example:7002 --cert "
     "node.pem --key node.key --ca ca.pem",
     "one a publisher: `publisher`, `files`"},
    {"mrgctl bundle import",
     "mrgctl bundle import --file lists.bundle --address unix:run/admin.sock",
     "`ImportBundleResponse`"},
    {"mrgctl pack check",
     "mrgctl pack check --dictionary deploy/packs/canonical/1.textproto "
     "deploy/packs/cq-sample/11100000XX0000019L003.textproto",
     "one a pack: `file`, `typeCode`, `standard`, `version`, `ownerJurisdiction`, `tests`, "
     "or `error`"},
    {"mrgctl pack explain",
     "mrgctl pack explain --dictionary deploy/packs/canonical/1.textproto "
     "deploy/packs/cq-sample/11100000XX0000019L003.textproto licence.json",
     "`elements`, `issues`, `undeclared`, `declaredLosses`, `written`"},
    {"mrgctl pack digest",
     "mrgctl pack digest deploy/packs/cq-sample/11100000XX0000019L003.textproto",
     "one a pack: `file`, `sha256`"},
    {"mrgctl recognize",
     "mrgctl recognize --using 31 --issuing 50 --type 11100000XX0000019L003 --standard "
     "cq-sample --scenario government-service --presentation licence.presentation --address "
     "api.delta.example:7001 --cert portal.pem --key portal.key --ca ca.pem",
     "`RecognizeResponse`"},
    {"mrgctl translate",
     "mrgctl translate --using 31 --issuing 50 --type 11100000XX0000019L003 --standard "
     "cq-sample --scenario government-service --document licence.json --address "
     "api.delta.example:7001 --cert portal.pem --key portal.key --ca ca.pem",
     "`TranslateResponse`"},
    {"mrgctl catalogue types",
     "mrgctl catalogue types --address api.delta.example:7001 --cert portal.pem --key "
     "portal.key --ca ca.pem",
     "one a type: `CredentialType`"},
    {"mrgctl catalogue type",
     "mrgctl catalogue type --jurisdiction 50 --type 11100000XX0000019L003 --standard cq-sample "
     "--address api.delta.example:7001 --cert portal.pem --key portal.key --ca ca.pem",
     "`GetCredentialTypeResponse`"},
    {"mrgctl catalogue agreements",
     "mrgctl catalogue agreements --jurisdiction 31 --address api.delta.example:7001 --cert "
     "portal.pem --key portal.key --ca ca.pem",
     "one a text: `ListedAgreement`"},
    {"mrgctl catalogue scenarios",
     "mrgctl catalogue scenarios --address api.delta.example:7001 --cert portal.pem --key "
     "portal.key --ca ca.pem",
     "one a scenario: `ListedScenario`"},
    {"mrgctl catalogue coverage",
     "mrgctl catalogue coverage --using 31 --issuing 50 --type 11100000XX0000019L003 "
     "--scenario government-service --address api.delta.example:7001 --cert portal.pem "
     "--key portal.key --ca ca.pem",
     "`CheckCoverageResponse`"},
    {"mrgctl receipt verify",
     "mrgctl receipt verify --receipt licence.receipt --log-keys log-keys --document "
     "licence.json",
     "`salted`, `record` as `log list`"},
    {"mrgctl receipt erase-salt",
     "mrgctl receipt erase-salt --receipt licence.receipt --because 'asked for by its "
     "holder, case 12' --address unix:run/admin.sock",
     "`EraseSaltResponse`"},
    {"mrgctl audit check", "mrgctl audit check --data-dir delta/data --log-keys log-keys",
     "`log`, `size`, `root`, `sound`, `findings`"},
    {"mrgctl backup create",
     "mrgctl backup create --config delta/node.textproto --repository delta/repository --out "
     "backup --with-keys --passphrase-file passphrase",
     "`member`, `made`, `log`, `records`, `root`, `files`, `bytes`, `keys`"},
    {"mrgctl backup verify", "mrgctl backup verify --backup backup --passphrase-file passphrase",
     "as `backup create`"},
    {"mrgctl backup restore",
     "mrgctl backup restore --backup backup --dir delta --log-id log-2 --passphrase-file "
     "passphrase",
     "as `backup create`, and `elsewhere`"},
    {"mrgctl log checkpoint",
     "mrgctl log checkpoint --root 1.root.json --publisher yangtze-delta --address "
     "api.delta.example:7001 --trust-address node.delta.example:7002 --cert auditor.pem "
     "--key auditor.key --ca ca.pem",
     "`log`, `size`, `root`, `continues`, `kept`, `otherLogs`"},
    {"mrgctl log consistency",
     "mrgctl log consistency --from 1000 --publisher yangtze-delta --address "
     "api.delta.example:7001 --trust-address node.delta.example:7002 --cert auditor.pem "
     "--key auditor.key --ca ca.pem",
     "`consistent`, `from`, `to`: each `log`, `size`, `root`"},
    {"mrgctl log verify",
     "mrgctl log verify --receipt licence.receipt --publisher yangtze-delta --address "
     "api.delta.example:7001 --trust-address node.delta.example:7002 --cert auditor.pem "
     "--key auditor.key --ca ca.pem",
     "the record, as `log list`"},
    {"mrgctl log list",
     "mrgctl log list --since 2026-11-24T00:00:00+08:00 --outcome NOT_RECOGNIZED "
     "--publisher yangtze-delta --address api.delta.example:7001 --trust-address "
     "node.delta.example:7002 --cert auditor.pem --key auditor.key --ca ca.pem",
     "one a record: `index`, `log`, `decidedAt`, `outcome`, `reason`, `typeCode`, "
     "`issuingJurisdiction`, `usingJurisdiction`, `scenario`, `form`, `algorithm`, "
     "`rulesVersion`, `checks`, `conditions`, `restsOn`"},
    {"mrgctl licence json",
     "mrgctl licence json --presentation licence.presentation --out licence.json", "nothing"},
    {"mrgctl licence sign",
     "mrgctl licence sign --key authority.key --document licence.json --out "
     "licence.presentation",
     "nothing"},
    {"mrgctl licence set-status",
     "mrgctl licence set-status --jurisdiction 31 --type 11100000XX0000019L003 "
     "--number-file number.txt --action revoke --address api.delta.example:7001 --cert "
     "portal.pem --key portal.key --ca ca.pem",
     "`SetLicenceStatusResponse`"},
    {"mrgctl tuf init", "mrgctl tuf init --metadata-dir metadata root.json", "nothing"},
    {"mrgctl tuf refresh",
     "mrgctl tuf refresh --metadata-dir metadata --metadata-url "
     "https://lists.example/metadata",
     "nothing"},
    {"mrgctl tuf download",
     "mrgctl tuf download --metadata-dir metadata --metadata-url "
     "https://lists.example/metadata --target-base-url https://lists.example/targets "
     "--target-dir targets --target-name log-keys",
     "one a target: `file`"},
    {"mrgctl dispute file",
     "mrgctl dispute file --receipt licence.receipt --document licence.json --description "
     "住址与户籍登记不一致 --address api.delta.example:7001 --cert portal.pem "
     "--key portal.key --ca ca.pem",
     "`Dispute`"},
    {"mrgctl dispute get",
     "mrgctl dispute get --dispute yangtze-delta/018f3a77-c1d2-7abc-8def-0123456789ab "
     "--address api.delta.example:7001 --cert portal.pem --key portal.key --ca ca.pem",
     "`dispute`: `Dispute`, `events`: each `DisputeEvent`"},
    {"mrgctl dispute list",
     "mrgctl dispute list --queue issuer-50 --address api.delta.example:7001 --cert "
     "portal.pem --key portal.key --ca ca.pem",
     "one a dispute: `Dispute`"},
    {"mrgctl dispute watch",
     "mrgctl dispute watch --dispute yangtze-delta/018f3a77-c1d2-7abc-8def-0123456789ab "
     "--until CLOSED --address api.delta.example:7001 --cert portal.pem --key portal.key "
     "--ca ca.pem",
     "one a change: `Dispute`"},
    {"mrgctl dispute claim",
     "mrgctl dispute claim --queue issuer-50 --lease-out lease --address "
     "api.delta.example:7001 --cert portal.pem --key portal.key --ca ca.pem",
     "`dispute`: `Dispute`, `leaseToken`, `leaseUntil`"},
    {"mrgctl dispute accept",
     "mrgctl dispute accept --dispute yangtze-delta/018f3a77-c1d2-7abc-8def-0123456789ab "
     "--lease lease --address api.delta.example:7001 --cert portal.pem --key portal.key "
     "--ca ca.pem",
     "`Dispute`"},
    {"mrgctl dispute refuse",
     "mrgctl dispute refuse --dispute yangtze-delta/018f3a77-c1d2-7abc-8def-0123456789ab "
     "--explanation-zh 不属本机关 --address api.delta.example:7001 --cert portal.pem "
     "--key portal.key --ca ca.pem",
     "`Dispute`"},
    {"mrgctl dispute complete",
     "mrgctl dispute complete --lease lease --decision CORRECTED --explanation-zh "
     "住址已更正 --address api.delta.example:7001 --cert portal.pem --key portal.key "
     "--ca ca.pem",
     "`Dispute`"},
    {"mrgctl dispute release",
     "mrgctl dispute release --lease lease --address api.delta.example:7001 --cert "
     "portal.pem --key portal.key --ca ca.pem",
     "nothing"},
    {"mrgctl dispute lift-mark",
     "mrgctl dispute lift-mark --dispute yangtze-delta/018f3a77-c1d2-7abc-8def-0123456789ab "
     "--because 'closed by court' --address unix:run/admin.sock",
     "`LiftDisputeMarkResponse`"},
};

}  // namespace

std::span<const CommandFact> CommandFacts() { return kFacts; }

const CommandFact* FindCommandFact(absl::string_view path) {
  const auto* found = std::find_if(std::begin(kFacts), std::end(kFacts),
                                   [&](const CommandFact& fact) { return fact.path == path; });
  return found == std::end(kFacts) ? nullptr : found;
}

}  // namespace mrg
