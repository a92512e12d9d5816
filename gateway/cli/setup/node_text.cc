#include "gateway/cli/setup/node_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/node_config.h"
#include "mrg/gateway/v1/config.pb.h"

namespace mrg {
namespace {

constexpr char kRulesStart[] = "\nauthorization {\n";
// On the listener `federation`.
constexpr const char* kListMethods[] = {"mrg.trustlist.v1.TrustRepositoryService/GetMetadata",
                                        "mrg.trustlist.v1.TrustRepositoryService/GetTarget"};

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::CHexEscape(text), "\"");
}

std::string Head(const MemberPlan& plan) {
  std::string text = absl::StrCat(
      "# Configuration of the node of ", plan.member, ", made by `mrgctl init ",
      plan.is_hub ? "hub" : "region", "`. Each field is explained in\n",
      "# proto/mrg/gateway/v1/config.proto. Paths count from this file's folder. After a change:\n",
      "#   mrgd --config node.textproto --check-config\n\n",
      "# Who runs the node, and what it is in the federation.\n", "member: ", Quoted(plan.member),
      "\nrole: ", plan.is_hub ? "NODE_ROLE_HUB" : "NODE_ROLE_REGION", "\n");
  if (!plan.is_hub) absl::StrAppend(&text, "# The provinces that it serves and publishes for.\n");
  for (const std::string& code : plan.jurisdictions) {
    absl::StrAppend(&text, "jurisdictions: ", Quoted(code), "\n");
  }
  absl::StrAppend(
      &text,
      "\n# What the node stores; it makes the folder. Back it up while the node is stopped,\n",
      "# and without ", absl::CHexEscape(plan.data_dir), ".", plan.log_id, ".mark beside it.\n",
      "data_dir: ", Quoted(plan.data_dir), "\n",
      "# The name of the decision log. A new log has a new name, and a new certificate.\n",
      "log_id: ", Quoted(plan.log_id), "\n");
  return text;
}

std::string Listening(const MemberPlan& plan) {
  std::string text = "\nlisteners {\n";
  if (!plan.api.empty()) {
    absl::StrAppend(&text,
                    "  # Platforms, authorities, workers and auditors call here, over mTLS.\n",
                    "  api: ", Quoted(plan.api), "\n");
  }
  if (!plan.rest.empty()) {
    absl::StrAppend(&text, "  # The same calls in JSON over HTTPS, with the same certificates.\n",
                    "  rest: ", Quoted(plan.rest), "\n");
  }
  absl::StrAppend(&text, "  # The other nodes call here, over mTLS.\n",
                  "  federation: ", Quoted(plan.federation), "\n");
  if (!plan.metrics.empty()) {
    absl::StrAppend(&text, "  # http://", absl::CHexEscape(plan.metrics),
                    "/metrics, without TLS: keep it on loopback.\n",
                    "  metrics: ", Quoted(plan.metrics), "\n");
  }
  absl::StrAppend(&text, "  # mrgctl ... --address unix:", absl::CHexEscape(plan.admin_socket),
                  "; for the node's own user.\n", "  admin_socket: ", Quoted(plan.admin_socket),
                  "\n}\n");
  return text;
}

std::string Certificates(const MemberPlan& plan) {
  std::string text = absl::StrCat(
      "\n# The node's own certificate, spiffe://", plan.trust_domain, "/node/", plan.log_id,
      ". It is read again when it\n# changes. This one is of the development CA: "
      "gateway/docs/CERTIFICATES.md.\n",
      "tls {\n  cert_path: \"tls/node.pem\"\n  key_path: \"tls/node.key\"\n  trust_domain: ",
      Quoted(plan.trust_domain), "\n}\n",
      "# Whose certificates count, and by which CA: the own trust domain, and that of each peer.\n",
      "trust_domains {\n  name: ", Quoted(plan.trust_domain),
      "\n  ca_bundle_path: \"tls/ca.pem\"\n}\n");
  if (plan.is_hub) {
    return absl::StrCat(
        text,
        "# The hub lists every region. `mrgctl member add` adds each of them, with its "
        "trust domain,\n# at the end of this file.\n");
  }
  const KnownHub& hub = plan.hub;
  absl::StrAppend(
      &text, "trust_domains {\n  name: ", Quoted(hub.trust_domain),
      "\n  ca_bundle_path: ", Quoted(kHubCaFile), "\n}\n",
      "# The hub. Its root was handed over; everything else of it is ",
      "verified against that.\n"
      "# `mrgctl member add` adds each region with which there is an agreement, at the end of this "
      "file.\n",
      "peers {\n  member: ", Quoted(hub.member), "\n  endpoint: ", Quoted(hub.endpoint),
      "\n  trust_domain: ", Quoted(hub.trust_domain), "\n  root_path: ", Quoted(kHubRootFile),
      "\n  is_hub: true\n}\n");
  return text;
}

std::string Keys(const MemberPlan& plan) {
  std::string text =
      "\n# Files of mode 0600, one for each role. Those of keys/offline are people's: none of them "
      "is\n# named here, and they belong on another machine.\nkeys {\n";
  for (const char* role : {"timestamp", "snapshot", "status", "log"}) {
    absl::StrAppend(&text, "  ", role, "_path: \"keys/online/", role, ".pem\"\n");
  }
  absl::StrAppend(&text, "  idempotency_path: \"keys/online/idempotency.key\"\n");
  if (!plan.is_hub) {
    absl::StrAppend(&text, "  # Keys of the licence tags; a further epoch: `mrgctl keys epoch`.\n");
  }
  for (const std::string& code : plan.jurisdictions) {
    absl::StrAppend(&text, "  epoch_keys {\n    jurisdiction: ", Quoted(code),
                    "\n    epoch: 1\n    path: \"keys/online/epoch-", code, ".key\"\n  }\n");
  }
  return absl::StrCat(text, "}\n");
}

std::string Rule(absl::string_view why, absl::string_view domain, absl::string_view path,
                 const std::vector<absl::string_view>& methods) {
  std::string text = absl::StrCat("  # ", why, "\n  rules {\n    identity: ",
                                  Quoted(absl::StrCat("spiffe://", domain, "/", path)), "\n");
  for (const absl::string_view method : methods) {
    absl::StrAppend(&text, "    methods: \"", method, "\"\n");
  }
  return absl::StrCat(text, "  }\n");
}

std::vector<absl::string_view> NodeMethods(bool exchanges_keys) {
  std::vector<absl::string_view> methods = {"mrg.trustlist.v1.TrustRepositoryService/*",
                                            "mrg.dispute.v1.DisputeRelayService/*"};
  if (exchanges_keys) methods.push_back("mrg.trustlist.v1.FederationKeyService/*");
  return methods;
}

std::string NodeRule(absl::string_view member, absl::string_view domain, bool exchanges_keys) {
  return Rule(absl::StrCat("The node of ", member, ": fetches lists, hands over disputes",
                           exchanges_keys ? ", fetches keys of licence tags." : "."),
              domain, "node/*", NodeMethods(exchanges_keys));
}

// For who writes a region's rule by hand. Without the last method it is not given the keys of
// licence tags, and decides nothing.
std::string ExampleOfRegionsRule() {
  std::string text =
      "  # The node of another region, as `mrgctl member add` writes its rule:\n"
      "  #rules {\n  #  identity: \"spiffe://other.example/node/*\"\n";
  for (const absl::string_view method : NodeMethods(true)) {
    absl::StrAppend(&text, "  #  methods: \"", method, "\"\n");
  }
  return absl::StrCat(text, "  #}\n");
}

std::string Rules(const MemberPlan& plan) {
  const std::string& own = plan.trust_domain;
  std::string text = absl::StrCat(
      "\n# Who may call what; who is in no rule may call nothing. A segment \"*\" is any one "
      "segment."
      "\n# The province that a caller asks for is the one in its path, unless the rule says "
      "others.",
      kRulesStart);
  if (!plan.is_hub) {
    absl::StrAppend(
        &text,
        Rule("Platforms ask whether licences are recognised.", own, "jurisdiction/*/platform/*",
             {"mrg.gateway.v1.RecognitionService/*", "mrg.gateway.v1.TranslationService/*",
              "mrg.gateway.v1.CatalogueService/*", "mrg.dispute.v1.DisputeService/*"}),
        Rule("Issuing authorities set the status of their licences.", own,
             "jurisdiction/*/authority/*", {"mrg.gateway.v1.StatusService/*"}));
  }
  absl::StrAppend(
      &text,
      Rule("Who works disputes.", own, "worker/*/*",
           {"mrg.dispute.v1.DisputeQueueService/*", "mrg.dispute.v1.DisputeService/GetDispute",
            "mrg.dispute.v1.DisputeService/ListDisputes",
            "mrg.dispute.v1.DisputeService/WatchDispute"}),
      Rule("Operators read the decision log, what is agreed, and the lists; no licence stands in "
           "these.",
           own, "operator/*",
           {"mrg.audit.v1.AuditService/*", "mrg.gateway.v1.CatalogueService/*", kListMethods[0],
            kListMethods[1]}),
      Rule("Auditors follow the decision log, by the lists in which its key stands, and see how "
           "disputes go, without what people wrote in them.",
           own, "auditor/*",
           {"mrg.audit.v1.AuditService/*", "mrg.dispute.v1.DisputeService/GetDispute",
            "mrg.dispute.v1.DisputeService/ListDisputes", kListMethods[0], kListMethods[1]}));
  if (!plan.is_hub) {
    absl::StrAppend(&text, NodeRule(plan.hub.member, plan.hub.trust_domain, false),
                    ExampleOfRegionsRule());
  }
  return absl::StrCat(text, "}\n");
}

absl::Status Unfit(absl::string_view expected) {
  return MakeError(Reason::kConfigInvalid, absl::StrCat("expected ", expected));
}

}  // namespace

std::string NodeText(const MemberPlan& plan) {
  return absl::StrCat(Head(plan), Listening(plan), Certificates(plan), Keys(plan), Rules(plan));
}

absl::StatusOr<std::string> WithPeer(absl::string_view text, const NamedPeer& peer) {
  MRG_ASSIGN_OR_RETURN(const gateway::v1::NodeConfig before, ParseNodeConfigText(text));
  if (std::any_of(before.peers().begin(), before.peers().end(),
                  [&](const auto& one) { return one.member() == peer.member; })) {
    return Unfit(absl::StrCat("peers without ", peer.member, ", which is there already"));
  }
  const size_t rules = text.find(kRulesStart);
  if (rules == text.npos || text.find(kRulesStart, rules + 1) != text.npos) {
    return Unfit("one line \"authorization {\" with nothing else in it, to put the rule behind");
  }
  const size_t inside = rules + sizeof(kRulesStart) - 1;
  std::string with = absl::StrCat(
      text.substr(0, inside), NodeRule(peer.member, peer.trust_domain, peer.exchanges_keys),
      text.substr(inside), "\n# ", peer.member,
      ", added by `mrgctl member add`.\ntrust_domains {\n  name: ", Quoted(peer.trust_domain),
      "\n  ca_bundle_path: ", Quoted(peer.ca_path), "\n}\npeers {\n",
      "  member: ", Quoted(peer.member), "\n  endpoint: ", Quoted(peer.endpoint),
      "\n  trust_domain: ", Quoted(peer.trust_domain),
      "\n  root_sha256: ", Quoted(peer.root_sha256_hex), "\n}\n");
  MRG_ASSIGN_OR_RETURN(const gateway::v1::NodeConfig after, ParseNodeConfigText(with));
  if (after.peers_size() != before.peers_size() + 1 ||
      after.authorization().rules_size() != before.authorization().rules_size() + 1) {
    return Unfit("\"authorization {\" at the beginning of a line in no text or comment");
  }
  return with;
}

}  // namespace mrg
