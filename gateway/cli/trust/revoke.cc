#include <memory>
#include <string>

#include "gateway/base/status_macros.h"
#include "gateway/ceremony/revocation.h"
#include "gateway/cli/ceremony_words.h"
#include "gateway/cli/display.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/trust/folder_options.h"
#include "gateway/cli/trust/subcommand.h"

namespace mrg {
namespace {

class TrustRevoke : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand("revoke", "stages a new state of an issuer's keys");
    folder_.AddRepositoryTo(command);
    folder_.AddTargetsDaysTo(command);
    command->add_option("--jurisdiction", revoke_.jurisdiction, "whose list of issuers")
        ->required();
    command->add_option("--issuer", revoke_.issuer_code, "the authority's code")->required();
    command->add_option("--key", revoke_.key,
                        "SHA-256 of the key as `diff` shows it; all keys when left out");
    command->add_option("--state", revoke_.state, "retired, suspended or compromised")->required();
    command->add_option("--from", revoke_.from, "instant, 2026-11-24T00:00:00+08:00, or now")
        ->required();
    command->add_option("--until", revoke_.until,
                        "end of a suspension, e.g. now+90d; open when left out");
    command->add_flag("--far-ahead", revoke_.far_ahead, "permits --from in more than ten years");
    return command;
  }

  absl::Status Run(absl::Time now, Display& out) override {
    RepositoryFolder folder = folder_.Folder();
    revoke_.key = TypedHex(revoke_.key);
    MRG_ASSIGN_OR_RETURN(const RevokedEntries revoked, RevokeIssuer(revoke_, now, &folder));
    PrintRevoked(revoked, revoke_, out);
    return absl::OkStatus();
  }

 private:
  FolderOptions folder_;
  RevokeOptions revoke_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustRevoke() { return std::make_unique<TrustRevoke>(); }

}  // namespace mrg
