#include "gateway/cli/trust_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "gateway/base/real_clock.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/evidence_command.h"
#include "gateway/cli/trust/subcommand.h"

namespace mrg {

int RunTrustCommand(std::span<const std::string> args, Display& out, Display& err) {
  if (!args.empty() && args[0] == "evidence") return RunEvidenceCommand(args.subspan(1), out, err);
  CLI::App app("Prepares, signs and publishes a member's trust lists", "mrgctl trust");
  app.require_subcommand(1);
  // For the help alone: its words are read above.
  app.add_subcommand("evidence", "proofs of split views: list, export, verify, resume");
  std::vector<std::pair<CLI::App*, std::unique_ptr<TrustSubcommand>>> subcommands;
  for (const auto make :
       {NewTrustInit, NewTrustStage, NewTrustUnstage, NewTrustRevoke, NewTrustDiff, NewTrustSign,
        NewTrustRenew, NewTrustRotate, NewTrustPublish, NewTrustRepin, NewTrustStatus,
        NewTrustHistory, NewTrustProve, NewTrustVerifyProof}) {
    std::unique_ptr<TrustSubcommand> subcommand = make();
    CLI::App* const added = subcommand->AddTo(&app);
    subcommands.emplace_back(added, std::move(subcommand));
  }
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  for (const auto& [added, subcommand] : subcommands) {
    if (!added->parsed()) continue;
    if (const std::string wrong = subcommand->UsageError(); !wrong.empty()) {
      return ReportUsage(absl::StrCat("mrgctl trust ", added->get_name()), wrong, err);
    }
    return Report(subcommand->Run(RealClock().Now(), out), err);
  }
  return kExitUsage;  // not reached: one subcommand is required
}

}  // namespace mrg
