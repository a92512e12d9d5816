#include "gateway/storage/restore_mark.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr char kFirstLine[] = "mrg restored 1";
constexpr char kUnfinishedFile[] = "RESTORED.new";
constexpr char kWaiting[] = "waiting";
constexpr char kSettled[] = "settled";
// The first line, the time, and whether it is settled.
constexpr size_t kLinesBeforeKeys = 3;
constexpr size_t kMarkBytesMax = 8192;
constexpr size_t kHexDigits = 64;

std::string PathOf(const std::string& folder) { return folder + "/" + kRestoreMarkFile; }

absl::Status Unavailable(const std::string& folder) {
  return MakeError(Reason::kStoreUnavailable,
                   absl::StrCat("data folder ", folder, ": ", std::strerror(errno)));
}

absl::Status Corrupt(const std::string& folder) {
  return MakeError(Reason::kStoreCorrupt,
                   absl::StrCat("data folder ", folder, ": its file ", kRestoreMarkFile,
                                " is no mark of a restore"));
}

absl::Status SyncFolder(const std::string& folder) {
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return Unavailable(folder);
  const bool synced = fsync(opened) == 0;
  const absl::Status status = synced ? absl::OkStatus() : Unavailable(folder);
  close(opened);
  return status;
}

std::string Text(const RestoreMark& mark) {
  std::string text = absl::StrCat(kFirstLine, "\n", absl::ToUnixSeconds(mark.backup_made), "\n",
                                  mark.is_settled ? kSettled : kWaiting, "\n");
  for (const std::string& key : mark.spent_keys) {
    absl::StrAppend(&text, absl::BytesToHexString(key), "\n");
  }
  return text;
}

bool IsHex(absl::string_view text) {
  return text.size() == kHexDigits &&
         text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

}  // namespace

bool RestoreMark::IsSpent(const std::string& spki_sha256) const {
  return std::find(spent_keys.begin(), spent_keys.end(), spki_sha256) != spent_keys.end();
}

absl::Status WriteRestoreMark(const std::string& folder, const RestoreMark& mark) {
  const std::string text = Text(mark);
  const std::string unfinished = folder + "/" + kUnfinishedFile;
  const int file =
      open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return Unavailable(folder);
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  const absl::Status status = written ? absl::OkStatus() : Unavailable(folder);
  close(file);
  MRG_RETURN_IF_ERROR(status);
  if (std::rename(unfinished.c_str(), PathOf(folder).c_str()) != 0) return Unavailable(folder);
  return SyncFolder(folder);
}

absl::StatusOr<std::optional<RestoreMark>> ReadRestoreMark(const std::string& folder) {
  const int file = open(PathOf(folder).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    if (errno == ENOENT) return std::optional<RestoreMark>();
    return Unavailable(folder);
  }
  std::string text(kMarkBytesMax, '\0');
  const ssize_t got = read(file, text.data(), text.size());
  const absl::Status status = got < 0 ? Unavailable(folder) : absl::OkStatus();
  close(file);
  MRG_RETURN_IF_ERROR(status);
  text.resize(static_cast<size_t>(got));

  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  int64_t seconds = 0;
  // At least one key, and what follows the last line's end.
  const size_t keys = lines.size() < kLinesBeforeKeys + 2 ? 0 : lines.size() - kLinesBeforeKeys - 1;
  if (keys == 0 || keys > kSpentKeysMax || !absl::SimpleAtoi(lines[1], &seconds)) {
    return Corrupt(folder);
  }
  RestoreMark mark{absl::FromUnixSeconds(seconds), {}, lines[2] == kSettled};
  for (size_t i = kLinesBeforeKeys; i < kLinesBeforeKeys + keys; ++i) {
    if (!IsHex(lines[i])) return Corrupt(folder);
    mark.spent_keys.push_back(absl::HexStringToBytes(lines[i]));
  }
  // One text for each mark: the first line and the third are compared with it.
  if (Text(mark) != text) return Corrupt(folder);
  return mark;
}

absl::Status RemoveRestoreMark(const std::string& folder) {
  if (unlink(PathOf(folder).c_str()) != 0) return Unavailable(folder);
  return SyncFolder(folder);
}

}  // namespace mrg
