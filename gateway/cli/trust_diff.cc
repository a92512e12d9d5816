#include "gateway/cli/trust_diff.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "mrg/gateway/v1/catalogue.pb.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "trustlist/metadata_header.h"
#include "trustlist/repository_names.h"
#include "trustlist/role_threshold.h"
#include "trustlist/signed_envelope.h"

namespace mrg {
namespace {

using Entries = std::map<std::string, std::string>;  // id -> value

absl::StatusOr<Entries> ReadEntries(const RepositoryFolder& folder, absl::string_view root) {
  Entries entries;
  const FolderNodes nodes(&folder);
  MRG_RETURN_IF_ERROR(ForEachEntry(root, nodes, [&entries](const TreeNodeEntry& entry) {
    entries.emplace(entry.id, entry.value);
    return absl::OkStatus();
  }));
  return entries;
}

std::string StatesInWords(const gateway::v1::IssuerEntry& entry) {
  constexpr absl::string_view kPrefix = "ISSUER_STATE_KIND_";
  std::string words = absl::StrCat("listed from ", FormatTufTime(ToTime(entry.listed_from())));
  for (const auto& state : entry.states()) {
    absl::StrAppend(&words, ", ",
                    gateway::v1::IssuerStateKind_Name(state.kind()).substr(kPrefix.size()),
                    " from ", FormatTufTime(ToTime(state.from())));
    if (state.has_until()) {
      absl::StrAppend(&words, " until ", FormatTufTime(ToTime(state.until())));
    }
  }
  return words;
}

// What one entry of a tree says. A value that does not parse is shown as such: the node will
// refuse it, but the signer is to see it first.
std::string InWords(const std::string& path, const std::string& id, const std::string& value) {
  if (absl::EndsWith(path, "/issuers")) {
    gateway::v1::IssuerEntry entry;
    if (!ParseCanonicalInto(value, &entry)) return absl::StrCat("issuer ", id, ": unreadable");
    return absl::StrCat("issuer ", entry.issuer_code(), " ", entry.name(), ", key ",
                        id.substr(id.find('/') + 1, 16), ", ", entry.type_codes_size(),
                        " types, areas ", absl::StrJoin(entry.area_prefixes(), " "), ", ",
                        StatesInWords(entry));
  }
  if (absl::EndsWith(path, "/catalogue")) {
    gateway::v1::CatalogueEntry entry;
    if (!ParseCanonicalInto(value, &entry)) return absl::StrCat("type ", id, ": unreadable");
    return absl::StrCat("type ", id, " ", entry.name(), ", ", entry.elements_size(),
                        " elements, standards ", absl::StrJoin(entry.standards(), " "));
  }
  return id;
}

absl::Status PrintTree(const RepositoryFolder& folder, const std::string& path,
                       const TargetFile* before, const TargetFile& after, std::ostream& out) {
  Entries old_entries;
  if (before != nullptr && before->is_tree) {
    MRG_ASSIGN_OR_RETURN(old_entries, ReadEntries(folder, before->sha256));
  }
  MRG_ASSIGN_OR_RETURN(const Entries new_entries, ReadEntries(folder, after.sha256));
  for (const auto& [id, value] : new_entries) {
    const auto old = old_entries.find(id);
    if (old == old_entries.end()) {
      out << "    added:   " << InWords(path, id, value) << "\n";
    } else if (old->second != value) {
      out << "    was:     " << InWords(path, id, old->second) << "\n"
          << "    becomes: " << InWords(path, id, value) << "\n";
    }
  }
  for (const auto& [id, value] : old_entries) {
    if (!new_entries.contains(id)) out << "    REMOVED: " << InWords(path, id, value) << "\n";
  }
  return absl::OkStatus();
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
    MRG_RETURN_IF_ERROR(folder.ReadTarget(path, file.sha256).status());
    out << "  " << (old == nullptr ? "added " : "changed ") << path << " (" << Described(file)
        << ")\n";
    if (file.is_tree) MRG_RETURN_IF_ERROR(PrintTree(folder, path, old, file, out));
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
      << staged.version() << ", until " << expires << ", " << state << "\n";
  if (role == kRootRole) {
    for (const char* signed_role : {kRootRole, kTimestampRole, kSnapshotRole, kTargetsRole}) {
      MRG_ASSIGN_OR_RETURN(const ListedSigners signers, folder.SignersOf(signed_role));
      out << "  " << signed_role << ": " << SignersInWords(signers.role) << "\n";
    }
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
