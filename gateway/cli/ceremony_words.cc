#include "gateway/cli/ceremony_words.h"

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/displayed_text.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/target_words.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

// Hex digits of a key id that are shown.
constexpr size_t kKeyIdShown = 16;

std::string SignersInWords(const RoleKeys& role) {
  return absl::StrCat(role.threshold, " of ", role.keyids.size(), " keys ",
                      absl::StrJoin(role.keyids, " ", [](std::string* out, const std::string& id) {
                        absl::StrAppend(out, Word(id.substr(0, kKeyIdShown)));
                      }));
}

std::string Paths(const DelegatedRole& role) {
  return absl::StrJoin(role.paths, " ", [](std::string* out, const std::string& pattern) {
    absl::StrAppend(out, Word(pattern));
  });
}

std::string Described(const TargetFile& file) {
  return absl::StrCat(file.is_tree ? "tree" : absl::StrCat(file.length, " bytes"), ", sha256 ",
                      SpokenDigest(file.sha256));
}

// Who signs what from now on, and what of it is new.
void PrintRoot(const RoleDiff& root, Display& out) {
  out << "  sha256 " << SpokenDigest(root.root_sha256) << "\n";
  for (const SignersDiff& signers : root.signers) {
    out << "  " << Word(signers.role) << ": " << SignersInWords(signers.after);
    if (signers.IsSame()) {
      out << ", as before";
    } else if (signers.before.has_value()) {
      out << "\n    was: " << SignersInWords(*signers.before);
    }
    out << "\n";
  }
}

void PrintDelegation(const DelegationDiff& delegation, Display& out) {
  if (!delegation.after.has_value()) {
    out << "  NO LONGER delegates to " << Word(delegation.role) << "\n";
    return;
  }
  out << "  delegates " << Paths(*delegation.after) << " to " << Word(delegation.role) << ", "
      << SignersInWords(delegation.after->keys) << "\n";
  if (delegation.before.has_value()) {
    out << "    was: " << Paths(*delegation.before) << ", "
        << SignersInWords(delegation.before->keys) << "\n";
  }
}

absl::Status PrintEntries(const RepositoryFolder& folder, const TargetDiff& target, Display& out) {
  const std::string& path = target.path;
  return ForEachEntryDiff(folder, target, [&](const EntryDifference& entry) {
    if (!entry.before.has_value()) {
      out << "    added:   " << EntryInWords(path, entry.id, *entry.after) << "\n";
    } else if (!entry.after.has_value()) {
      out << "    REMOVED: " << EntryInWords(path, entry.id, *entry.before) << "\n";
    } else {
      out << "    was:     " << EntryInWords(path, entry.id, *entry.before) << "\n"
          << "    becomes: " << EntryInWords(path, entry.id, *entry.after) << "\n";
      PrintLineDiff(EntryText(path, *entry.before), EntryText(path, *entry.after), out);
    }
    return absl::OkStatus();
  });
}

absl::Status PrintTarget(const RepositoryFolder& folder, const TargetDiff& target, Display& out) {
  if (!target.after.has_value()) {
    out << "  REMOVED " << Word(target.path) << "\n";
    return absl::OkStatus();
  }
  // The signer signs this digest, so what lies in the folder must still be that content.
  MRG_ASSIGN_OR_RETURN(const std::string content, ContentAfter(folder, target));
  out << "  " << (target.before.has_value() ? "changed " : "added ") << Word(target.path) << " ("
      << Described(*target.after) << ")\n";
  if (target.after->is_tree) return PrintEntries(folder, target, out);
  const std::optional<std::string> before = ContentBefore(folder, target);
  if (before.has_value()) {
    PrintLineDiff(TargetText(target.path, *before), TargetText(target.path, content), out);
  } else {
    PrintNewTarget(target.path, content, out);
  }
  return absl::OkStatus();
}

absl::Status PrintRole(const RepositoryFolder& folder, const RoleDiff& role, Display& out) {
  out << Word(role.role) << ": version ";
  if (role.version_before.has_value()) out << *role.version_before << " -> ";
  out << role.version << ", until " << Word(role.expires);
  if (role.version_before.has_value()) out << " (was until " << Word(role.expires_before) << ")";
  out << ", "
      << (role.signatures.ok() ? std::string("signed")
                               : absl::StrCat("NOT SIGNED: ", role.signatures.message()))
      << "\n";
  if (role.role == kRootRole) PrintRoot(role, out);
  for (const DelegationDiff& delegation : role.delegations) PrintDelegation(delegation, out);
  for (const TargetDiff& target : role.targets) {
    MRG_RETURN_IF_ERROR(PrintTarget(folder, target, out));
  }
  return absl::OkStatus();
}

}  // namespace

void PrintRootState(const RootState& root, Display& out) {
  out << "root version " << root.version << "\n"
      << "root sha256 " << SpokenDigest(root.sha256) << "\n";
}

void PrintStaged(const StagedTarget& staged, Display& out) {
  out << (staged.removed ? "no longer listed: " : "staged ") << Word(staged.path)
      << ", to be signed by " << Word(staged.role) << "\n";
  if (staged.without_dictionary) {
    out << "not judged by a dictionary, which the node will do: name the hub's with --canonical\n";
  }
}

void PrintRevoked(const RevokedEntries& revoked, const RevokeOptions& options, Display& out) {
  for (const std::string& entry : revoked.entries) {
    out << absl::AsciiStrToUpper(options.state) << " from " << FormatTufTime(revoked.from);
    if (revoked.until.has_value()) out << " until " << FormatTufTime(*revoked.until);
    out << ": " << Word(entry) << "\n";
  }
  PrintStaged({revoked.path, revoked.role}, out);
}

absl::Status PrintTrustDiff(const RepositoryFolder& folder, Display& out) {
  MRG_ASSIGN_OR_RETURN(const std::vector<RoleDiff> roles, DiffRepository(folder));
  for (const RoleDiff& role : roles) MRG_RETURN_IF_ERROR(PrintRole(folder, role, out));
  if (roles.empty()) out << "nothing is staged\n";
  return absl::OkStatus();
}

}  // namespace mrg
