#include "gateway/cli/trust_diff.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/target_words.h"
#include "gateway/prefix_tree/tree_diff.h"
#include "trustlist/metadata_header.h"
#include "trustlist/repository_names.h"
#include "trustlist/role_threshold.h"
#include "trustlist/root_metadata.h"
#include "trustlist/signed_envelope.h"

namespace mrg {
namespace {

absl::Status PrintTree(const RepositoryFolder& folder, const std::string& path,
                       const TargetFile* before, const TargetFile& after, std::ostream& out) {
  const bool was_tree = before != nullptr && before->is_tree;
  return ForEachDifference(
      was_tree ? before->sha256 : "", after.sha256, FolderNodes(&folder),
      [&](const EntryDifference& entry) {
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

std::string Described(const TargetFile& file) {
  return absl::StrCat(file.is_tree ? "tree" : absl::StrCat(file.length, " bytes"), ", sha256 ",
                      absl::BytesToHexString(file.sha256));
}

absl::Status PrintTargets(const RepositoryFolder& folder, const TargetsMetadata& before,
                          const TargetsMetadata& after, std::ostream& out) {
  for (const auto& [path, file] : after.targets) {
    const auto found = before.targets.find(path);
    const TargetFile* old = found == before.targets.end() ? nullptr : &found->second;
    if (old != nullptr && old->sha256 == file.sha256 && old->is_tree == file.is_tree) continue;
    // The signer signs this digest, so what lies in the folder must still be that content.
    MRG_ASSIGN_OR_RETURN(const std::string content, folder.ReadTarget(path, file.sha256));
    out << "  " << (old == nullptr ? "added " : "changed ") << path << " (" << Described(file)
        << ")\n";
    if (file.is_tree) {
      MRG_RETURN_IF_ERROR(PrintTree(folder, path, old, file, out));
      continue;
    }
    const auto before_text = old == nullptr || old->is_tree
                                 ? absl::NotFoundError("")
                                 : folder.ReadPublishedTarget(path, old->sha256);
    if (before_text.ok()) {
      PrintLineDiff(TargetText(path, *before_text), TargetText(path, content), out);
    } else {
      PrintNewTarget(path, content, out);
    }
  }
  for (const auto& [path, file] : before.targets) {
    if (!after.targets.contains(path)) out << "  REMOVED " << path << "\n";
  }
  return absl::OkStatus();
}

std::string SignersInWords(const RoleKeys& role) {
  return absl::StrCat(role.threshold, " of ", role.keyids.size(), " keys ",
                      absl::StrJoin(role.keyids, " ", [](std::string* out, const std::string& id) {
                        absl::StrAppend(out, id.substr(0, 16));
                      }));
}

bool SameSigners(const RoleKeys& a, const RoleKeys& b) {
  return a.threshold == b.threshold && a.keyids == b.keyids;
}

void PrintDelegations(const TargetsMetadata& before, const TargetsMetadata& after,
                      std::ostream& out) {
  std::map<std::string, const DelegatedRole*> old;
  for (const DelegatedRole& role : before.delegations) old[role.name] = &role;
  for (const DelegatedRole& role : after.delegations) {
    const auto found = old.find(role.name);
    const bool same = found != old.end() && SameSigners(found->second->keys, role.keys) &&
                      found->second->paths == role.paths;
    if (!same) {
      out << "  delegates " << absl::StrJoin(role.paths, " ") << " to " << role.name << ", "
          << SignersInWords(role.keys) << "\n";
      if (found != old.end()) {
        out << "    was: " << absl::StrJoin(found->second->paths, " ") << ", "
            << SignersInWords(found->second->keys) << "\n";
      }
    }
    old.erase(role.name);
  }
  for (const auto& [name, role] : old) out << "  NO LONGER delegates to " << name << "\n";
}

// "signed", or what is missing.
absl::StatusOr<std::string> SignatureState(const RepositoryFolder& folder,
                                           const std::string& role) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, folder.ReadBytes(role));
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_ASSIGN_OR_RETURN(const ListedSigners signers, folder.SignersOf(role));
  const absl::Status enough = CheckThreshold(envelope, signers.keys, signers.role);
  return enough.ok() ? std::string("signed") : absl::StrCat("NOT SIGNED: ", enough.message());
}

absl::StatusOr<RootMetadata> RootOf(const MetadataDraft& draft) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(draft.Bytes()));
  return RootMetadata::Parse(envelope);
}

// Who signs what from now on, and what of it is new.
absl::Status PrintRoot(const MetadataDraft& staged, const std::optional<MetadataDraft>& published,
                       std::ostream& out) {
  MRG_ASSIGN_OR_RETURN(const RootMetadata after, RootOf(staged));
  out << "  sha256 " << absl::BytesToHexString(staged.SignedSha256()) << "\n";
  for (const char* role : {kRootRole, kTimestampRole, kSnapshotRole, kTargetsRole}) {
    out << "  " << role << ": " << SignersInWords(after.roles.at(role));
    if (published.has_value()) {
      MRG_ASSIGN_OR_RETURN(const RootMetadata before, RootOf(*published));
      if (SameSigners(before.roles.at(role), after.roles.at(role))) {
        out << ", as before";
      } else {
        out << "\n    was: " << SignersInWords(before.roles.at(role));
      }
    }
    out << "\n";
  }
  return absl::OkStatus();
}

// Result: true when the role is the same as published.
absl::StatusOr<bool> PrintRole(const RepositoryFolder& folder, const std::string& role,
                               std::ostream& out) {
  MRG_ASSIGN_OR_RETURN(const MetadataDraft staged, folder.Read(role));
  MRG_ASSIGN_OR_RETURN(const auto published, folder.ReadPublished(role));
  if (published.has_value() && published->SignedSha256() == staged.SignedSha256()) return true;
  MRG_ASSIGN_OR_RETURN(const std::string expires, StringMember(staged.signed_part(), "expires"));
  MRG_ASSIGN_OR_RETURN(const std::string state, SignatureState(folder, role));
  out << role << ": version "
      << (published.has_value() ? absl::StrCat(published->version(), " -> ") : "")
      << staged.version() << ", until " << expires;
  if (published.has_value()) {
    MRG_ASSIGN_OR_RETURN(const std::string before,
                         StringMember(published->signed_part(), "expires"));
    out << " (was until " << before << ")";
  }
  out << ", " << state << "\n";
  if (role == kRootRole) {
    MRG_RETURN_IF_ERROR(PrintRoot(staged, published, out));
    return false;
  }
  TargetsMetadata before;
  if (published.has_value()) {
    MRG_ASSIGN_OR_RETURN(before, TargetsOf(*published));
  }
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata after, TargetsOf(staged));
  PrintDelegations(before, after, out);
  MRG_RETURN_IF_ERROR(PrintTargets(folder, before, after, out));
  return false;
}

}  // namespace

absl::Status PrintTrustDiff(const RepositoryFolder& folder, std::ostream& out) {
  MRG_ASSIGN_OR_RETURN(std::vector<std::string> roles, folder.TargetsRoles());
  roles.insert(roles.begin(), kRootRole);
  bool all_same = true;
  for (const std::string& role : roles) {
    MRG_ASSIGN_OR_RETURN(const bool same, PrintRole(folder, role, out));
    all_same = all_same && same;
  }
  if (all_same) out << "nothing is staged\n";
  return absl::OkStatus();
}

}  // namespace mrg
