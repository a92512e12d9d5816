#ifndef MRG_GATEWAY_CLI_TRUST_SUBCOMMAND_H_
#define MRG_GATEWAY_CLI_TRUST_SUBCOMMAND_H_

// One word after `mrgctl trust`: its options and what it does. One file a subcommand; the table is
// trust_command.cc.
//
// Threads: an object belongs to one thread.

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/cli/display.h"

namespace mrg {

// A publication moves whole ceremonies; no answer is larger than a few KiB.
inline constexpr int kNodeTimeoutSeconds = 60;

class TrustSubcommand {
 public:
  virtual ~TrustSubcommand() = default;

  // Adds the subcommand, whose options this keeps. Called once. Result: what was added.
  virtual CLI::App* AddTo(CLI::App* trust) = 0;

  // Result: what the options lack together, though each is well formed; empty when nothing.
  virtual std::string UsageError() const { return ""; }

  // Does it at `now` and prints to `out` what was done. Errors: those of the ceremony or the node.
  virtual absl::Status Run(absl::Time now, Display& out) = 0;
};

// On a repository's folder, offline.
std::unique_ptr<TrustSubcommand> NewTrustInit();
std::unique_ptr<TrustSubcommand> NewTrustStage();
std::unique_ptr<TrustSubcommand> NewTrustUnstage();
std::unique_ptr<TrustSubcommand> NewTrustRevoke();
std::unique_ptr<TrustSubcommand> NewTrustDiff();
std::unique_ptr<TrustSubcommand> NewTrustSign();
std::unique_ptr<TrustSubcommand> NewTrustRenew();
std::unique_ptr<TrustSubcommand> NewTrustRotate();
// With a node.
std::unique_ptr<TrustSubcommand> NewTrustPublish();
std::unique_ptr<TrustSubcommand> NewTrustRepin();
std::unique_ptr<TrustSubcommand> NewTrustStatus();
std::unique_ptr<TrustSubcommand> NewTrustHistory();
// Proofs of entries.
std::unique_ptr<TrustSubcommand> NewTrustProve();
std::unique_ptr<TrustSubcommand> NewTrustVerifyProof();

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TRUST_SUBCOMMAND_H_
