#include "gateway/cli/ceremony_words.h"

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/displayed_text.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/target_words.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

// Hex digits of a key id that are shown.
constexpr size_t kKeyIdShown = 16;

std::string SignersInWords(const RoleKeys& role, Language language) {
  const std::string ids =
      absl::StrJoin(role.keyids, ", ", [](std::string* out, const std::string& id) {
        absl::StrAppend(out, SpokenHex(id.substr(0, kKeyIdShown)));
      });
  // The numbers stand in another order.
  if (language == Language::kChinese) {
    return absl::StrCat(role.keyids.size(), " 把密钥中的 ", role.threshold, " 把 ", ids);
  }
  return absl::StrCat(role.threshold, " of ", role.keyids.size(), " keys ", ids);
}

std::string Paths(const DelegatedRole& role) {
  return absl::StrJoin(role.paths, " ", [](std::string* out, const std::string& pattern) {
    absl::StrAppend(out, Word(pattern));
  });
}

void PrintFile(const TargetFile& file, Display& out) {
  if (file.is_tree) {
    out << "tree";
  } else {
    out << file.length << " bytes";
  }
  out << ", sha256 " << SpokenDigest(file.sha256);
}

// Who signs what from now on, and what of it is new.
void PrintRoot(const RoleDiff& root, Display& out) {
  out << "  sha256 " << SpokenDigest(root.root_sha256) << "\n";
  for (const SignersDiff& signers : root.signers) {
    out << "  " << Word(signers.role) << ": " << SignersInWords(signers.after, out.language());
    if (signers.IsSame()) {
      out << ", as before";
    } else if (signers.before.has_value()) {
      out << "\n    was: " << SignersInWords(*signers.before, out.language());
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
      << SignersInWords(delegation.after->keys, out.language()) << "\n";
  if (delegation.before.has_value()) {
    out << "    was: " << Paths(*delegation.before) << ", "
        << SignersInWords(delegation.before->keys, out.language()) << "\n";
  }
}

absl::Status PrintEntries(const RepositoryFolder& folder, const TargetDiff& target, Display& out) {
  const std::string& path = target.path;
  return ForEachEntryDiff(folder, target, [&](const EntryDifference& entry) {
    if (!entry.before.has_value()) {
      out << "    added:   " << EntryInWords(path, entry.id, *entry.after, out.language()) << "\n";
    } else if (!entry.after.has_value()) {
      out << "    REMOVED: " << EntryInWords(path, entry.id, *entry.before, out.language()) << "\n";
    } else {
      out << "    was:     " << EntryInWords(path, entry.id, *entry.before, out.language()) << "\n"
          << "    becomes: " << EntryInWords(path, entry.id, *entry.after, out.language()) << "\n";
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
  out << "  " << OwnWords(target.before.has_value() ? "changed " : "added ") << Word(target.path)
      << " (";
  PrintFile(*target.after, out);
  out << ")\n";
  if (target.after->is_tree) return PrintEntries(folder, target, out);
  const std::optional<std::string> before = ContentBefore(folder, target);
  if (before.has_value()) {
    PrintLineDiff(TargetText(target.path, *before), TargetText(target.path, content), out);
  } else {
    PrintNewTarget(target.path, content, out);
  }
  return absl::OkStatus();
}

ShownJson KeysJson(const RoleKeys& keys) {
  return {{"threshold", keys.threshold}, {"keyIds", keys.keyids}};
}

template <typename Value>
ShownJson ChangeJson(const char* name, const std::string& of, const std::optional<Value>& before,
                     const std::optional<Value>& after, ShownJson (*to_json)(const Value&)) {
  ShownJson json = {{name, of}};
  if (before.has_value()) json["before"] = to_json(*before);
  if (after.has_value()) json["after"] = to_json(*after);
  return json;
}

ShownJson DelegationJson(const DelegatedRole& role) {
  ShownJson json = KeysJson(role.keys);
  json["paths"] = role.paths;
  return json;
}

ShownJson TargetJson(const TargetFile& file) {
  return {{"length", file.length},
          {"sha256", absl::BytesToHexString(file.sha256)},
          {"isList", file.is_tree}};
}

ShownJson RoleJson(const RoleDiff& role) {
  ShownJson json = {{"role", role.role}, {"version", role.version}, {"expires", role.expires}};
  if (role.version_before.has_value()) {
    json["versionBefore"] = *role.version_before;
    json["expiresBefore"] = role.expires_before;
  }
  json["signed"] = role.signatures.ok();
  if (!role.signatures.ok()) json["missing"] = std::string(role.signatures.message());
  if (role.role == kRootRole) json["rootSha256"] = absl::BytesToHexString(role.root_sha256);
  for (const char* changes : {"signers", "delegations", "targets"}) {
    json[changes] = ShownJson::array();
  }
  for (const SignersDiff& one : role.signers) {
    json["signers"].push_back(
        ChangeJson("role", one.role, one.before, std::optional(one.after), KeysJson));
  }
  for (const DelegationDiff& one : role.delegations) {
    json["delegations"].push_back(
        ChangeJson("role", one.role, one.before, one.after, DelegationJson));
  }
  for (const TargetDiff& one : role.targets) {
    json["targets"].push_back(ChangeJson("path", one.path, one.before, one.after, TargetJson));
  }
  return json;
}

// Of a file that the node will judge, and which may say anything.
std::string ExpiresText(const std::string& stated, Language language) {
  const absl::StatusOr<absl::Time> time = ParseTufTime(stated);
  return time.ok() ? ShownTime(language, *time) : Word(stated);
}

absl::Status PrintRole(const RepositoryFolder& folder, const RoleDiff& role, Display& out) {
  out << Word(role.role) << ": version ";
  if (role.version_before.has_value()) out << *role.version_before << " -> ";
  out << role.version << ", until " << ExpiresText(role.expires, out.language());
  if (role.version_before.has_value())
    out << " (was until " << ExpiresText(role.expires_before, out.language()) << ")";
  if (role.signatures.ok()) {
    out << ", signed\n";
  } else {
    out << ", NOT SIGNED: " << role.signatures.message() << "\n";
  }
  if (role.role == kRootRole) PrintRoot(role, out);
  for (const DelegationDiff& delegation : role.delegations) PrintDelegation(delegation, out);
  for (const TargetDiff& target : role.targets) {
    MRG_RETURN_IF_ERROR(PrintTarget(folder, target, out));
  }
  ShowJson(RoleJson(role), out);
  return absl::OkStatus();
}

}  // namespace

void PrintRootState(const RootState& root, Display& out) {
  out << "root version " << root.version << "\n"
      << "root sha256 " << SpokenDigest(root.sha256) << "\n";
  ShowJson({{"version", root.version}, {"sha256", absl::BytesToHexString(root.sha256)}}, out);
}

void PrintStaged(const StagedTarget& staged, Display& out) {
  out << OwnWords(staged.removed ? "no longer listed: " : "staged ") << Word(staged.path)
      << ", to be signed by " << Word(staged.role) << "\n";
  if (staged.without_dictionary) {
    out << "not judged by a dictionary, which the node will do: name the hub's with --canonical\n";
  }
  ShowJson({{"path", staged.path},
            {"role", staged.role},
            {"removed", staged.removed},
            {"withoutDictionary", staged.without_dictionary}},
           out);
}

void PrintRevoked(const RevokedEntries& revoked, const RevokeOptions& options, Display& out) {
  for (const std::string& entry : revoked.entries) {
    out << absl::AsciiStrToUpper(options.state) << " from " << revoked.from;
    if (revoked.until.has_value()) out << " until " << *revoked.until;
    out << ": " << SpokenEntryId(entry) << "\n";
  }
  out << "staged " << Word(revoked.path) << ", to be signed by " << Word(revoked.role) << "\n";
  ShowJson({{"path", revoked.path}, {"role", revoked.role}, {"entries", revoked.entries}}, out);
}

absl::Status PrintTrustDiff(const RepositoryFolder& folder, Display& out) {
  MRG_ASSIGN_OR_RETURN(const std::vector<RoleDiff> roles, DiffRepository(folder));
  for (const RoleDiff& role : roles) MRG_RETURN_IF_ERROR(PrintRole(folder, role, out));
  if (roles.empty()) out << "nothing is staged\n";
  return absl::OkStatus();
}

}  // namespace mrg
