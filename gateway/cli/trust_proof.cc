#include "gateway/cli/trust_proof.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/file_io.h"
#include "gateway/crypto/digest.h"
#include "trustlist/entry_proof.h"
#include "trustlist/metadata_header.h"
#include "trustlist/metadata_limits.h"
#include "trustlist/repository_names.h"
#include "trustlist/root_metadata.h"
#include "trustlist/signed_envelope.h"

namespace mrg {
namespace {

// The nodes of a publisher's lists as a node hands them out.
class FetchedNodes : public NodeSource {
 public:
  explicit FetchedNodes(Fetcher* node) : node_(node) {}
  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override {
    MRG_ASSIGN_OR_RETURN(std::vector<std::string> nodes, node_->FetchNodes({std::string(sha256)}));
    if (nodes.size() != 1) return MakeError(Reason::kTreeNodeMalformed, "expected one node");
    return std::move(nodes.front());
  }

 private:
  Fetcher* const node_;
};

absl::Status WriteProof(const ProofOptions& options, const trustlist::v1::EntryProof& proof,
                        std::ostream& out) {
  const std::string bytes = CanonicalBytes(proof);
  MRG_RETURN_IF_ERROR(WriteWholeFile(options.proof, bytes));
  out << "wrote " << options.proof << ", " << bytes.size() << " bytes\n";
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteEntryProof(const ProofOptions& options, const RepositoryFolder& folder,
                             std::ostream& out) {
  const FolderNodes nodes(&folder);
  const auto read = [&folder](absl::string_view role, std::optional<int64_t> version) {
    return version.has_value() ? folder.ReadRoot(*version) : folder.ReadBytes(role);
  };
  MRG_ASSIGN_OR_RETURN(
      const trustlist::v1::EntryProof proof,
      MakeEntryProof(options.path, options.entry, folder.RootVersion(), read, nodes));
  return WriteProof(options, proof, out);
}

absl::Status WriteEntryProofFromNode(const ProofOptions& options, Fetcher* node,
                                     std::ostream& out) {
  const MetadataLimits limits;
  const auto read = [&](absl::string_view role, std::optional<int64_t> version) {
    return node->FetchMetadata(
        role, version, role == kRootRole ? limits.root_bytes_max : limits.targets_bytes_max);
  };
  MRG_ASSIGN_OR_RETURN(const std::string newest, read(kRootRole, std::nullopt));
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(newest));
  MRG_ASSIGN_OR_RETURN(const RootMetadata root, RootMetadata::Parse(envelope));
  MRG_ASSIGN_OR_RETURN(
      const trustlist::v1::EntryProof proof,
      MakeEntryProof(options.path, options.entry, root.header.version, read, FetchedNodes(node)));
  return WriteProof(options, proof, out);
}

absl::Status CheckEntryProof(const ProofOptions& options, absl::Time now, std::ostream& out) {
  absl::Time at = now;
  if (!options.at.empty()) {
    MRG_ASSIGN_OR_RETURN(at, ParseTufTime(options.at));
  }
  MRG_ASSIGN_OR_RETURN(const std::string root, ReadWholeFile(options.root));
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(options.proof));
  MRG_ASSIGN_OR_RETURN(const ProvenEntry entry, VerifyEntryProof(bytes, root, at));
  out << (entry.value.has_value() ? "PRESENT " : "ABSENT ") << entry.path << " "
      << absl::CHexEscape(entry.id) << "\n";
  if (entry.value.has_value()) {
    out << "  value of " << entry.value->size() << " bytes, sha256 "
        << absl::BytesToHexString(Sha256(*entry.value)) << "\n";
  }
  out << "  in the list " << absl::BytesToHexString(entry.root_sha256) << ", signed by "
      << entry.role << " version " << entry.role_version << " under root version "
      << entry.root_version << ", until " << FormatTufTime(entry.expires) << "\n";
  return absl::OkStatus();
}

}  // namespace mrg
