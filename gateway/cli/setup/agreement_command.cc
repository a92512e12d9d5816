#include "gateway/cli/setup/agreement_command.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/instant.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/new_file.h"
#include "gateway/cli/setup/agreement_text.h"
#include "gateway/cli/setup/handed_entry.h"
#include "gateway/cli/spoken_digest.h"

namespace mrg {
namespace {

struct AgreementFlags {
  AgreementPlan plan;
  std::vector<std::string> members;
  std::vector<std::string> packs;
  std::string from;
  std::string out;
};

absl::Status New(AgreementFlags* flags, Display& out) {
  AgreementPlan& plan = flags->plan;
  const absl::Time now = RealClock().Now();
  plan.from = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  if (!flags->from.empty()) {
    MRG_ASSIGN_OR_RETURN(plan.from, ParseInstantFrom("--from", flags->from, now));
    if (plan.from != absl::FromUnixSeconds(absl::ToUnixSeconds(plan.from))) {
      return MakeFieldError(Reason::kFieldMalformed, "--from", "expected whole seconds");
    }
  }
  for (const std::string& path : flags->members) {
    MRG_ASSIGN_OR_RETURN(auto member, ReadHandedEntry("--member", path));
    plan.members.push_back(std::move(member));
  }
  for (const std::string& path : flags->packs) {
    auto pack = ReadWholeFile(path, kTextFileBytesMax);
    if (!pack.ok()) {
      return absl::Status(pack.status().code(), absl::StrCat("--pack: ", pack.status().message()));
    }
    plan.packs.push_back(*std::move(pack));
  }
  MRG_ASSIGN_OR_RETURN(const std::string text, AgreementText(plan));
  MRG_RETURN_IF_ERROR(WriteNewFile("--out", flags->out, text, kPublicFileMode));
  out << "made " << flags->out
      << ". Compare over the telephone, with each member, the digest of the entry that it "
      << "handed over:\n";
  for (const auto& member : plan.members) {
    out << "  " << member.member() << ": " << SpokenDigest(HandedDigest(member)) << "\n"
        << "    of which the agreement has the first root: "
        << SpokenDigest(member.first_root_sha256()) << "\n";
  }
  out << "\nWhen each group is the same, each province stages the very same file:\n";
  for (const auto& member : plan.members) {
    for (const std::string& code : member.jurisdictions()) {
      out << "     mrgctl trust stage --repository REPOSITORY_OF_" << member.member()
          << " --agreement " << code << " --file " << flags->out << "\n";
    }
  }
  out << "and signs its role (mrgctl trust sign), and each member publishes.\n";
  ShownJson members = ShownJson::array();
  for (const auto& member : plan.members) {
    members.push_back({{"member", member.member()},
                       {"digest", absl::BytesToHexString(HandedDigest(member))},
                       {"firstRootSha256", absl::BytesToHexString(member.first_root_sha256())}});
  }
  ShowJson({{"made", flags->out}, {"members", members}}, out);
  return absl::OkStatus();
}

}  // namespace

int RunAgreementCommand(std::span<const std::string> args, Display& out, Display& err) {
  AgreementFlags flags;
  AgreementPlan& plan = flags.plan;
  CLI::App app("Agreements between members", "mrgctl agreement");
  app.require_subcommand(1);
  CLI::App* make = app.add_subcommand("new", "writes the text of a first agreement");
  make->add_option("--id", plan.id, "its id, e.g. delta-pearl-2026")->required();
  make->add_option("--member", flags.members, "member.textproto of each member; repeat it")
      ->allow_extra_args(false)
      ->required();
  make->add_option("--type", plan.type_codes, "licence type; repeatable")
      ->delimiter(',')
      ->required();
  make->add_option("--element", plan.elements, "element that may be shown; repeatable")
      ->delimiter(',')
      ->required();
  make->add_option("--pack", flags.packs,
                   "file of the mapping pack of a type and standard, which its owner stages; "
                   "repeatable")
      ->allow_extra_args(false);
  make->add_option("--scenario", plan.scenario, "use; government-service");
  make->add_option("--scenario-zh", plan.scenario_zh, "its name in Chinese");
  make->add_option("--scenario-en", plan.scenario_en, "its name in English");
  make->add_option("--dictionary-version", plan.dictionary_version, "of the hub's dictionary; 1");
  make->add_option("--from", flags.from, "in force from, 2027-01-01T00:00:00+08:00; default: now");
  make->add_option("--out", flags.out, "file to write; nothing is overwritten")->required();
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  return Report(New(&flags, out), err);
}

}  // namespace mrg
