#include "gateway/cli/backup/backup_command.h"

#include <cstdint>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/backup/backup_check.h"
#include "gateway/cli/backup/backup_create.h"
#include "gateway/cli/backup/backup_restore.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/crypto/private_key_file.h"

namespace mrg {
namespace {

constexpr size_t kPassphraseBytesMin = 12;

struct Flags {
  std::string config;
  std::string repository;
  std::string backup;
  std::string dir;
  std::string log_id;
  std::string passphrase_file;
  bool with_keys = false;
};

// Result: the file's first line; empty when no file is named.
absl::StatusOr<std::string> Passphrase(const Flags& flags) {
  if (flags.passphrase_file.empty()) return std::string();
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       ReadPrivateKeyFile("--passphrase-file", flags.passphrase_file));
  const std::string words(absl::StripSuffix(bytes, "\n"));
  if (words.size() >= kPassphraseBytesMin) return words;
  return MakeFieldError(Reason::kKeyFileInvalid, "--passphrase-file",
                        absl::StrCat("expected at least ", kPassphraseBytesMin, " bytes"));
}

void Show(const BackupManifest& manifest, Display& out) {
  uint64_t bytes = 0;
  for (const BackupFile& file : manifest.files) bytes += file.bytes;
  const bool keys = !manifest.key_salt.empty();
  out << "member 成员: " << manifest.member << "\nmade 制作时间: " << manifest.made
      << "\nlog 日志: " << manifest.log << "\nrecords 记录: " << manifest.log_size
      << "\nroot 根: " << SpokenDigest(manifest.log_root)
      << "\nfiles 文件: " << manifest.files.size() << "\nbytes 字节: " << bytes
      << "\nkeys 密钥: " << OwnWords(keys ? "sealed under the passphrase" : "none") << "\n";
}

ShownJson Json(const BackupManifest& manifest) {
  uint64_t bytes = 0;
  for (const BackupFile& file : manifest.files) bytes += file.bytes;
  return {{"member", manifest.member},
          {"made", JsonTime(manifest.made)},
          {"log", manifest.log},
          {"records", manifest.log_size},
          {"root", absl::BytesToHexString(manifest.log_root)},
          {"files", manifest.files.size()},
          {"bytes", bytes},
          {"keys", !manifest.key_salt.empty()}};
}

absl::Status Create(const Flags& flags, const Progress& progress, Display& out) {
  MRG_ASSIGN_OR_RETURN(std::string passphrase, Passphrase(flags));
  MRG_ASSIGN_OR_RETURN(const BackupManifest manifest,
                       CreateBackup({flags.config, flags.repository, std::move(passphrase),
                                     flags.backup, RealClock().Now()},
                                    progress));
  Show(manifest, out);
  ShowJson(Json(manifest), out);
  return absl::OkStatus();
}

absl::Status Verify(const Flags& flags, const Progress& progress, Display& out) {
  MRG_ASSIGN_OR_RETURN(const std::string passphrase, Passphrase(flags));
  MRG_ASSIGN_OR_RETURN(const CheckedBackup checked,
                       CheckBackup(flags.backup, passphrase, progress));
  const BackupManifest& manifest = checked.manifest;
  Show(manifest, out);
  out << "result 结论: "
      << OwnWords(passphrase.empty() ? "whole; its log is sound"
                                     : "whole; its log is sound, its keys open")
      << "\n";
  ShowJson(Json(manifest), out);
  return absl::OkStatus();
}

absl::Status Restore(const Flags& flags, const Progress& progress, Display& out) {
  if (!flags.log_id.empty() && !MemberIdKind::IsValid(flags.log_id)) {
    return MakeFieldError(Reason::kFieldMalformed, "--log-id", "expected [a-z0-9-]{1,63}");
  }
  MRG_ASSIGN_OR_RETURN(std::string passphrase, Passphrase(flags));
  MRG_ASSIGN_OR_RETURN(
      const Restored restored,
      RestoreBackup({flags.backup, std::move(passphrase), flags.log_id, flags.dir}, progress));
  Show(restored.manifest, out);
  for (const std::string& path : restored.elsewhere) {
    out << "put back by hand 需手工放回: " << path << "\n";
  }
  out << "next: new keys of timestamp, snapshot and log (mrgctl keys replace), before the node "
         "starts\n";
  ShownJson json = Json(restored.manifest);
  json["elsewhere"] = restored.elsewhere;
  ShowJson(json, out);
  return absl::OkStatus();
}

}  // namespace

int RunBackupCommand(std::span<const std::string> args, Display& out, Display& err) {
  Flags flags;
  CLI::App app("Backups of a node: made while it runs, verified, restored", "mrgctl backup");
  app.require_subcommand(1);
  CLI::App* create = app.add_subcommand("create", "copies store, configuration and its files");
  create->add_option("--config", flags.config, "the node's configuration")->required();
  create->add_option("--repository", flags.repository, "folder of the ceremony, to go with it");
  CLI::App* verify = app.add_subcommand("verify", "each file, and the log computed again");
  CLI::App* restore = app.add_subcommand("restore", "lays the member's folder out again");
  restore->add_option("--dir", flags.dir, "the member's folder, missing or empty")->required();
  restore->add_option("--log-id", flags.log_id, "the log that begins in the place of the old one");
  for (CLI::App* command : {create, verify, restore}) {
    command
        ->add_option(command == create ? "--out" : "--backup", flags.backup,
                     command == create ? "the folder to make" : "the backup's folder")
        ->required();
    command->add_option("--passphrase-file", flags.passphrase_file,
                        "words under which the keys are sealed: a file of mode 0600");
  }
  create->add_flag("--with-keys", flags.with_keys, "the node's private keys and secrets, sealed");
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if (*create && flags.with_keys == flags.passphrase_file.empty()) {
    return ReportUsage("mrgctl backup create",
                       "expected --with-keys and --passphrase-file, or none of the two", err);
  }
  const Progress progress = [&out](const std::string& what) { out.ShowProgress(what); };
  const absl::Status done = *create   ? Create(flags, progress, out)
                            : *verify ? Verify(flags, progress, out)
                                      : Restore(flags, progress, out);
  return done.ok() ? kExitOk : Report(done, err);
}

}  // namespace mrg
