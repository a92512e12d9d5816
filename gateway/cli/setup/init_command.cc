#include "gateway/cli/setup/init_command.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/membership.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/setup/handed_entry.h"
#include "gateway/cli/setup/member_folder.h"
#include "gateway/cli/setup/member_plan.h"
#include "gateway/cli/spoken_digest.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

constexpr size_t kHandedFileBytesMax = size_t{1} << 20;

struct InitFlags {
  MemberPlan plan;
  std::string dir;
  std::string jurisdictions;
  std::string province_scheme = "sm2-sm3";
  std::string hub_root;
  std::string hub_ca;
  std::string hub_digest;
};

// A flag without which nothing can be made.
struct Needed {
  const char* flag;
  const char* what;
  std::string* value;
};

std::vector<Needed> NeededFlags(InitFlags* flags) {
  std::vector<Needed> needed = {
      {"--dir", "folder to make", &flags->dir},
      {"--member", "the member's id, e.g. yangtze-delta", &flags->plan.member},
      {"--trust-domain", "its trust domain, e.g. delta.example", &flags->plan.trust_domain},
      {"--federation", "HOST:PORT for other nodes", &flags->plan.federation}};
  if (flags->plan.is_hub) return needed;
  needed.insert(
      needed.end(),
      {{"--api", "HOST:PORT for platforms", &flags->plan.api},
       {"--jurisdictions", "province codes, e.g. 31,32", &flags->jurisdictions},
       {"--hub-root", "file of the hub's root, 1.root.json", &flags->hub_root},
       {"--hub-endpoint", "HOST:PORT at which the hub's node is", &flags->plan.hub.endpoint},
       {"--hub-ca", "file of the hub's CA, PEM", &flags->hub_ca}});
  return needed;
}

// Asks for what is missing, if somebody is there who can answer.
absl::Status Ask(const std::vector<Needed>& needed, Display& out) {
  for (const Needed& one : needed) {
    if (!one.value->empty()) continue;
    if (isatty(STDIN_FILENO) == 1 && !out.json()) {
      out << one.flag << " (" << OwnWords(one.what) << "): ";
      out.Flush();
      std::getline(std::cin, *one.value);
    }
    if (one.value->empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(one.flag, ": expected ", one.what, ", it is required"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadHanded(const char* flag, const std::string& path) {
  auto bytes = ReadWholeFile(path, kHandedFileBytesMax);
  if (bytes.ok()) return bytes;
  return absl::Status(bytes.status().code(), absl::StrCat(flag, ": ", bytes.status().message()));
}

void PrintHubsNext(const InitFlags& flags, Display& out) {
  const std::string& dir = flags.dir;
  out << "1. hand to each region, and read out to it, over the telephone, the digest above; it is "
         "of "
      << "all of these,\n   the member id " << flags.plan.member << " and the trust domain:\n"
      << "     " << dir << "/repository/metadata/1.root.json   for its --hub-root\n"
      << "     " << dir << "/tls/ca.pem   for its --hub-ca\n"
      << "     " << flags.plan.endpoint << "   for its --hub-endpoint\n"
      << "2. with the member.textproto that it sends back:\n"
      << "     mrgctl member add --dir " << dir << " --file member.textproto\n";
  if (flags.plan.dictionary.empty()) {
    out << "   and the dictionary, without which no node is ready:\n"
        << "     mrgctl trust stage --repository " << dir << "/repository --dictionary --file F\n"
        << "     mrgctl trust sign --repository " << dir << "/repository --role targets --key "
        << dir << "/keys/offline/targets.pem\n";
  }
  if (flags.plan.calendars.empty()) {
    out << "   and a calendar of each year, without which terms of disputes are provisional:\n"
        << "     mrgctl trust stage --repository " << dir
        << "/repository --calendar YEAR --file F\n";
  }
  out << "3. ";
}

void PrintRegionsNext(const InitFlags& flags, const trustlist::v1::FederationMember& hub,
                      Display& out) {
  const std::string& dir = flags.dir;
  const std::string& code = flags.plan.jurisdictions.front();
  out << "1. have the hub read out, over the telephone, what its `mrgctl init` showed; go on when "
      << "each group is the same:\n   compare its digest with what you were handed: "
      << SpokenDigest(HandedDigest(hub)) << "\n"
      << "   it is of its root, CA, endpoint, member id and trust domain, as you gave them\n"
      << "2. send to the hub, and read out to it, over the telephone, the digest above, which is "
         "of "
      << "all of it: " << dir << "/" << kMemberFile << "\n"
      << "3. for each province, list its licence types and issuing authorities, and sign:\n";
  if (flags.plan.catalogues.empty()) {
    out << "     mrgctl trust stage --repository " << dir << "/repository --catalogue " << code
        << " --file CATALOGUE --canonical DICTIONARY\n";
  }
  out << "     mrgctl issuer add --repository " << dir << "/repository --jurisdiction " << code
      << " --code CODE --name NAME --type TYPE --pem PUBLIC_KEY\n"
      << "     mrgctl trust sign --repository " << dir << "/repository --role j-" << code
      << " --key " << dir << "/keys/offline/j-" << code << ".pem\n"
      << "4. when the hub has added it, ";
}

void PrintStarting(const InitFlags& flags, Display& out) {
  const std::string& dir = flags.dir;
  const std::string socket = (std::filesystem::path(dir) / flags.plan.admin_socket).string();
  out << "start the node, publish what the ceremony signed, wait until it is ready:\n"
      << "     mrgd --config " << dir << "/node.textproto --check-config\n"
      << "     mrgd --config " << dir << "/node.textproto\n"
      << "     mrgctl trust publish --wait --repository " << dir
      << "/repository --address unix:" << socket << "\n"
      << "     mrgctl trust status --wait --timeout 60 --address unix:" << socket << "\n";
}

void PrintCare(const InitFlags& flags, Display& out) {
  out << "Before anybody relies on it: keys/offline and tls/ca.key belong on another machine. The "
      << "certificates hold\n"
      << flags.plan.certificate_days << " days and are of a CA for development: "
      << "gateway/docs/CERTIFICATES.md.\n";
}

void PrintMade(const InitFlags& flags, const trustlist::v1::FederationMember& handed,
               Display& out) {
  out << "made " << flags.dir << ": the " << OwnWords(flags.plan.is_hub ? "hub " : "region ")
      << flags.plan.member << " of the trust domain " << flags.plan.trust_domain << "\n"
      << "its digest: " << SpokenDigest(HandedDigest(handed)) << "\n\nnext:\n";
}

// Result: what the hub handed over, as the flags and files of a region have it.
// REQUIRES: a completed plan.
absl::StatusOr<trustlist::v1::FederationMember> HandedToRegion(const KnownHub& hub) {
  MRG_ASSIGN_OR_RETURN(const RootState root, ReadRootFile(hub.root));
  trustlist::v1::FederationMember handed;
  handed.set_member(hub.member);
  handed.set_first_root_sha256(root.sha256);
  handed.add_endpoints(hub.endpoint);
  handed.set_trust_domain(hub.trust_domain);
  handed.set_ca_bundle_pem(hub.ca_pem);
  return handed;
}

absl::Status Init(InitFlags* flags, Display& out) {
  MRG_RETURN_IF_ERROR(Ask(NeededFlags(flags), out));
  MRG_RETURN_IF_ERROR(CheckMayBeMade(flags->dir, flags->plan.admin_socket));
  MemberPlan& plan = flags->plan;
  if (!flags->jurisdictions.empty()) {
    plan.jurisdictions = absl::StrSplit(flags->jurisdictions, ',');
  }
  if (!plan.is_hub) {
    MRG_ASSIGN_OR_RETURN(plan.hub.root, ReadHanded("--hub-root", flags->hub_root));
    MRG_ASSIGN_OR_RETURN(plan.hub.ca_pem, ReadHanded("--hub-ca", flags->hub_ca));
  }
  MRG_ASSIGN_OR_RETURN(plan.province_scheme, SchemeFromName(flags->province_scheme));
  MRG_RETURN_IF_ERROR(CompletePlan(&plan));
  trustlist::v1::FederationMember hub;
  if (!plan.is_hub) {
    MRG_ASSIGN_OR_RETURN(hub, HandedToRegion(plan.hub));
    MRG_RETURN_IF_ERROR(CheckTold("--hub-digest", flags->hub_digest, hub));
  }
  MRG_ASSIGN_OR_RETURN(const trustlist::v1::FederationMember own,
                       MakeMemberFolder(plan, flags->dir, RealClock().Now()));
  PrintMade(*flags, plan.is_hub ? HandedByHub(own) : own, out);
  if (plan.is_hub) {
    PrintHubsNext(*flags, out);
  } else {
    PrintRegionsNext(*flags, hub, out);
  }
  PrintStarting(*flags, out);
  if (!plan.is_hub) {
    const std::string platform = absl::StrCat(flags->dir, "/tls/platform-", plan.jurisdictions[0]);
    out << "5. a first call, as a platform of " << plan.jurisdictions[0] << ":\n"
        << "     mrgctl catalogue types --address " << plan.api << " --ca " << flags->dir
        << "/tls/ca.pem --cert " << platform << ".pem --key " << platform << ".key\n";
  }
  PrintCare(*flags, out);
  ShownJson json = {
      {"made", flags->dir},
      {"member", plan.member},
      {"role", plan.is_hub ? "hub" : "region"},
      {"trustDomain", plan.trust_domain},
      {"digest", absl::BytesToHexString(HandedDigest(plan.is_hub ? HandedByHub(own) : own))}};
  if (!plan.is_hub) json["hubDigest"] = absl::BytesToHexString(HandedDigest(hub));
  ShowJson(json, out);
  return absl::OkStatus();
}

void AddOptions(CLI::App* command, InitFlags* flags) {
  MemberPlan& plan = flags->plan;
  command->add_option("--dir", flags->dir, "folder to make; one that is there must be empty");
  command->add_option("--member", plan.member, "member id; of the hub: hub");
  command->add_option("--trust-domain", plan.trust_domain, "trust domain, e.g. delta.example");
  command->add_option("--federation", plan.federation, "HOST:PORT to listen at for other nodes");
  command->add_option("--endpoint", plan.endpoint,
                      "HOST:PORT at which others reach that; default: the same");
  command->add_option("--api", plan.api, "HOST:PORT to listen at for platforms");
  command->add_option("--rest", plan.rest,
                      "HOST:PORT to listen at for platforms that call over HTTPS; default: none");
  command->add_option("--metrics", plan.metrics, "HOST:PORT of the page of metrics; default: none");
  command->add_option("--dns", plan.dns_names, "a further host of the node; repeatable")
      ->allow_extra_args(false);
  command->add_option("--ip", plan.addresses, "a further address of the node; repeatable")
      ->allow_extra_args(false);
  command->add_option("--data-dir", plan.data_dir,
                      "folder of what the node stores; counts from --dir, data");
  command->add_option("--admin-socket", plan.admin_socket,
                      "socket of the operator's calls; counts from --dir, run/admin.sock");
  command->add_option("--log-id", plan.log_id, "name of its decision log; log-1");
  command->add_option("--days", plan.certificate_days, "days that its certificates hold; 30");
}

}  // namespace

int RunInitCommand(std::span<const std::string> args, Display& out, Display& err) {
  InitFlags hub_flags, region_flags;
  hub_flags.plan.is_hub = true;
  hub_flags.plan.member = "hub";
  CLI::App app("Makes the folder of a new member: keys, certificates, configuration, repository",
               "mrgctl init");
  app.require_subcommand(1);
  CLI::App* hub = app.add_subcommand("hub", "the hub of a new federation");
  AddOptions(hub, &hub_flags);
  hub->add_option("--dictionary", hub_flags.plan.dictionary,
                  "file of the canonical dictionary, deploy/packs/canonical/1.textproto");
  hub->add_option("--calendar", hub_flags.plan.calendars,
                  "YEAR=FILE, days off by which terms of disputes count, "
                  "2026=deploy/regions/hub/calendar-2026.textproto; repeatable")
      ->allow_extra_args(false);
  CLI::App* region = app.add_subcommand("region", "a region of a federation whose hub is there");
  AddOptions(region, &region_flags);
  region->add_option("--jurisdictions", region_flags.jurisdictions, "province codes, e.g. 31,32");
  region
      ->add_option("--catalogue", region_flags.plan.catalogues,
                   "NN=FILE, licence types of a province, "
                   "31=deploy/regions/yangtze-delta/catalogue-31.textproto; repeatable")
      ->allow_extra_args(false);
  region->add_option("--province-scheme", region_flags.province_scheme,
                     "scheme of the j-NN keys; sm2-sm3");
  region->add_option("--hub-root", region_flags.hub_root, "file of the hub's root, 1.root.json");
  region->add_option("--hub-endpoint", region_flags.plan.hub.endpoint,
                     "HOST:PORT of the hub's federation listener");
  region->add_option("--hub-ca", region_flags.hub_ca, "file of the hub's CA, PEM");
  region->add_option("--hub-digest", region_flags.hub_digest,
                     "the digest that the hub read out, in quotes; another one is refused");
  region->add_option("--hub-member", region_flags.plan.hub.member, "its member id; hub");
  region->add_option("--hub-trust-domain", region_flags.plan.hub.trust_domain,
                     "its trust domain; default: as its CA says");
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  return Report(Init(hub->parsed() ? &hub_flags : &region_flags, out), err);
}

}  // namespace mrg
