#include "gateway/cli/member_keys.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/private_key_file.h"
#include "gateway/crypto/random.h"

namespace mrg {
namespace {

constexpr size_t kSecretBytes = 32;

// Makes a folder that its owner alone may enter.
absl::Status MakePrivateFolder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  }
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot make ", path.string(), ": ", error.message()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PublicKey> MakeKey(Scheme scheme, const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const std::string pem, GeneratePrivateKeyPem(scheme));
  MRG_ASSIGN_OR_RETURN(const auto signer, NewEvpSigner(scheme, pem));
  MRG_RETURN_IF_ERROR(WritePrivateFile(path, pem));
  return signer->public_key();
}

absl::Status MakeSecret(const std::string& path) {
  return WritePrivateFile(path, RandomBytes(kSecretBytes));
}

absl::StatusOr<std::vector<MadeKey>> MakeMemberKeys(const std::string& dir,
                                                    const std::vector<std::string>& jurisdictions,
                                                    Scheme province_scheme) {
  const std::filesystem::path folder(dir);
  MRG_RETURN_IF_ERROR(MakePrivateFolder(folder / "online"));
  MRG_RETURN_IF_ERROR(MakePrivateFolder(folder / "offline"));

  // (path below the folder, scheme); checkpoints are signed with Ed25519 (C2SP tlog-checkpoint).
  std::vector<std::pair<std::string, Scheme>> keys;
  for (const char* role : {"timestamp", "snapshot", kStatusRole, "log"}) {
    keys.emplace_back(absl::StrCat("online/", role, ".pem"), Scheme::kEd25519);
  }
  for (const char* role : {"root", "targets"}) {
    keys.emplace_back(absl::StrCat("offline/", role, ".pem"), Scheme::kEd25519);
  }
  std::vector<std::string> secrets = {"online/idempotency.key"};
  for (const std::string& text : jurisdictions) {
    MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction, JurisdictionId::Parse(text));
    keys.emplace_back(absl::StrCat("offline/", ProvinceRole(jurisdiction.value()), ".pem"),
                      province_scheme);
    secrets.push_back(absl::StrCat("online/epoch-", jurisdiction.value(), ".key"));
  }
  std::vector<MadeKey> made;
  for (const auto& [name, scheme] : keys) {
    MRG_ASSIGN_OR_RETURN(PublicKey key, MakeKey(scheme, (folder / name).string()));
    made.push_back({name, std::move(key)});
  }
  for (const std::string& name : secrets) {
    MRG_RETURN_IF_ERROR(MakeSecret((folder / name).string()));
  }
  return made;
}

}  // namespace mrg
