#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/display.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/trust/subcommand.h"
#include "gateway/crypto/digest.h"
#include "trustlist/client/entry_proof.h"
#include "trustlist/format/metadata_header.h"

namespace mrg {
namespace {

class TrustVerifyProof : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand("verify-proof", "verifies such a proof, offline");
    command->add_option("--root", root_, "a root of the member that is trusted")->required();
    command->add_option("--proof", proof_, "file of the proof")->required();
    command->add_option("--at", at_, "instant to verify for, 2026-11-24T00:00:00Z; default now");
    return command;
  }

  absl::Status Run(absl::Time now, Display& out) override {
    absl::Time at = now;
    if (!at_.empty()) {
      MRG_ASSIGN_OR_RETURN(at, ParseTufTime(at_));
    }
    MRG_ASSIGN_OR_RETURN(const std::string root, ReadWholeFile(root_));
    MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(proof_));
    MRG_ASSIGN_OR_RETURN(const ProvenEntry entry, VerifyEntryProof(bytes, root, at));
    out << OwnWords(entry.value.has_value() ? "PRESENT " : "ABSENT ") << entry.path << " "
        << SpokenEntryId(absl::CHexEscape(entry.id)) << "\n";
    if (entry.value.has_value()) {
      out << "  value of " << entry.value->size() << " bytes, sha256 "
          << SpokenDigest(Sha256(*entry.value)) << "\n";
    }
    out << "  in the list " << SpokenDigest(entry.root_sha256) << ", signed by " << entry.role
        << " version " << entry.role_version << " under root version " << entry.root_version
        << ", until " << entry.expires << "\n";
    ShowJson(ToJson(entry), out);
    return absl::OkStatus();
  }

 private:
  static ShownJson ToJson(const ProvenEntry& entry) {
    ShownJson json = {{"present", entry.value.has_value()},
                      {"path", entry.path},
                      {"entry", absl::CHexEscape(entry.id)}};
    if (entry.value.has_value()) json["valueSha256"] = absl::BytesToHexString(Sha256(*entry.value));
    json["listSha256"] = absl::BytesToHexString(entry.root_sha256);
    json["role"] = entry.role;
    json["roleVersion"] = entry.role_version;
    json["rootVersion"] = entry.root_version;
    json["until"] = JsonTime(entry.expires);
    return json;
  }

  std::string root_;
  std::string proof_;
  std::string at_;  // empty: now
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustVerifyProof() {
  return std::make_unique<TrustVerifyProof>();
}

}  // namespace mrg
