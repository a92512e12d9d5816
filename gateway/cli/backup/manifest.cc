#include "gateway/cli/backup/manifest.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/passphrase.h"
#include "gateway/storage/restore_mark.h"
#include "nlohmann/json.hpp"
#include "trustlist/format/json_document.h"

namespace mrg {
namespace {

constexpr int64_t kFormat = 1;
constexpr size_t kTextBytesMax = 4096;  // of one member that is text

absl::Status Refused(absl::string_view expected) {
  return MakeError(Reason::kStoreCorrupt, absl::StrCat(kManifestFile, ": expected ", expected));
}

absl::StatusOr<std::string> Text(const Json& object, const std::string& name) {
  auto text = StringMember(object, name);
  if (!text.ok() || text->size() > kTextBytesMax) return Refused(name);
  return text;
}

absl::StatusOr<uint64_t> Count(const Json& object, const std::string& name) {
  const auto count = IntegerMember(object, name);
  if (!count.ok() || *count < 0) return Refused(absl::StrCat(name, ", not negative"));
  return static_cast<uint64_t>(*count);
}

absl::StatusOr<std::string> Digest(const Json& object, const std::string& name) {
  MRG_ASSIGN_OR_RETURN(const std::string hex, Text(object, name));
  if (hex.size() != 2 * kDigestBytes ||
      hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return Refused(absl::StrCat(name, " of 64 hex digits"));
  }
  return absl::HexStringToBytes(hex);
}

absl::StatusOr<std::string> Name(const Json& object, const std::string& name) {
  MRG_ASSIGN_OR_RETURN(std::string text, Text(object, name));
  if (!IsBackupName(text)) return Refused(absl::StrCat(name, ", a path below the folder"));
  return text;
}

absl::StatusOr<std::vector<BackupFile>> Files(const Json& document) {
  const auto listed = ArrayMember(document, "files");
  if (!listed.ok() || (*listed)->size() > kBackupFilesMax) {
    return Refused(absl::StrCat("files, at most ", kBackupFilesMax));
  }
  std::vector<BackupFile> files;
  for (const Json& one : **listed) {
    BackupFile file;
    MRG_ASSIGN_OR_RETURN(file.name, Name(one, "name"));
    MRG_ASSIGN_OR_RETURN(file.bytes, Count(one, "bytes"));
    MRG_ASSIGN_OR_RETURN(file.sha256, Digest(one, "sha256"));
    if (file.name == kManifestFile || file.name == kManifestSealFile ||
        (!files.empty() && file.name <= files.back().name)) {
      return Refused("files whose names rise, and not itself among them");
    }
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

bool IsBackupName(absl::string_view name) {
  if (name.empty() || name.size() > kBackupNameBytesMax) return false;
  for (const absl::string_view segment : absl::StrSplit(name, '/')) {
    if (segment.empty() || segment == "." || segment == "..") return false;
    for (const char c : segment) {
      const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      const bool is_digit = c >= '0' && c <= '9';
      if (!is_letter && !is_digit && !absl::StrContains("._@+,=-", absl::string_view(&c, 1))) {
        return false;
      }
    }
  }
  return true;
}

std::string ManifestText(const BackupManifest& manifest) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const BackupFile& file : manifest.files) {
    files.push_back({{"name", file.name},
                     {"bytes", file.bytes},
                     {"sha256", absl::BytesToHexString(file.sha256)}});
  }
  nlohmann::ordered_json spent_keys = nlohmann::ordered_json::array();
  for (const std::string& key : manifest.spent_keys) {
    spent_keys.push_back({{"sha256", absl::BytesToHexString(key)}});
  }
  const nlohmann::ordered_json document = {{"format", kFormat},
                                           {"member", manifest.member},
                                           {"log", manifest.log},
                                           {"logKey", manifest.log_key_pem},
                                           {"logSize", manifest.log_size},
                                           {"logRoot", absl::BytesToHexString(manifest.log_root)},
                                           {"made", absl::ToUnixSeconds(manifest.made)},
                                           {"config", manifest.config},
                                           {"dataDir", manifest.data_dir},
                                           {"keySalt", absl::BytesToHexString(manifest.key_salt)},
                                           {"spentKeys", std::move(spent_keys)},
                                           {"files", std::move(files)}};
  return document.dump(1) + "\n";
}

absl::StatusOr<BackupManifest> ParseManifest(absl::string_view text) {
  if (text.size() > kManifestBytesMax) return Refused("at most 32 MiB");
  const auto document = ParseJsonDocument(text);
  if (!document.ok()) return Refused("one JSON document without doubles");
  const auto format = IntegerMember(*document, "format");
  if (!format.ok() || *format != kFormat) return Refused("the format 1");
  BackupManifest manifest;
  MRG_ASSIGN_OR_RETURN(manifest.member, Text(*document, "member"));
  MRG_ASSIGN_OR_RETURN(manifest.log, Text(*document, "log"));
  MRG_ASSIGN_OR_RETURN(manifest.log_key_pem, Text(*document, "logKey"));
  MRG_ASSIGN_OR_RETURN(manifest.log_size, Count(*document, "logSize"));
  MRG_ASSIGN_OR_RETURN(manifest.log_root, Digest(*document, "logRoot"));
  MRG_ASSIGN_OR_RETURN(const uint64_t made, Count(*document, "made"));
  manifest.made = absl::FromUnixSeconds(static_cast<int64_t>(made));
  MRG_ASSIGN_OR_RETURN(manifest.config, Name(*document, "config"));
  MRG_ASSIGN_OR_RETURN(manifest.data_dir, Name(*document, "dataDir"));
  MRG_ASSIGN_OR_RETURN(const std::string salt, Text(*document, "keySalt"));
  if (!salt.empty()) {
    static_assert(kPassphraseSaltBytes == kDigestBytes);
    MRG_ASSIGN_OR_RETURN(manifest.key_salt, Digest(*document, "keySalt"));
  }
  const auto spent = ArrayMember(*document, "spentKeys");
  if (!spent.ok() || (*spent)->empty() || (*spent)->size() > kSpentKeysMax) {
    return Refused(absl::StrCat("spentKeys, 1 to ", kSpentKeysMax));
  }
  for (const Json& one : **spent) {
    MRG_ASSIGN_OR_RETURN(std::string digest, Digest(one, "sha256"));
    manifest.spent_keys.push_back(std::move(digest));
  }
  MRG_ASSIGN_OR_RETURN(manifest.files, Files(*document));
  return manifest;
}

}  // namespace mrg
