#include "trustlist/bundle/bundle_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/bundle/bundle_name.h"
#include "trustlist/store/durable_file.h"

namespace mrg {
namespace {

constexpr char kCompleteName[] = "complete";
constexpr size_t kCompleteBytesMax = 256;
constexpr size_t kReadBlockBytes = size_t{64} << 10;
// Zeros behind the archive: what fills the largest block that archivers write.
constexpr size_t kFillBytesMax = size_t{1} << 20;
constexpr int kFileMode = 0644;

absl::Status Malformed(absl::string_view detail) {
  return MakeError(Reason::kBundleMalformed, detail);
}

// What the last entry states: how many files there are and what is in them.
class Contents {
 public:
  // Errors: BUNDLE_TOO_LARGE.
  absl::Status Add(absl::string_view name, absl::string_view bytes) {
    bytes_ += bytes.size();
    if (++files_ > kBundleFilesMax || bytes_ > kBundleBytesMax) {
      return MakeError(Reason::kBundleTooLarge,
                       absl::StrCat("expected at most ", kBundleFilesMax, " files and ",
                                    kBundleBytesMax, " bytes"));
    }
    digest_.Update(absl::StrCat(name, "\n", bytes.size(), "\n")).Update(bytes);
    return absl::OkStatus();
  }

  // Result: the text of the last entry. To be called once.
  std::string Finish() {
    return absl::StrCat("mrg bundle 1\nfiles ", files_, "\nsha256 ",
                        absl::BytesToHexString(digest_.Finish()), "\n");
  }

 private:
  size_t files_ = 0;
  size_t bytes_ = 0;
  Sha256Stream digest_;
};

struct FreeReader {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
struct FreeWriter {
  void operator()(archive* writer) const { archive_write_free(writer); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

// An entry's name and length, once it is known to be an ordinary file.
struct EntryHead {
  std::string name;
  size_t length = 0;
};

absl::StatusOr<EntryHead> HeadOf(archive_entry* entry) {
  const char* const name = archive_entry_pathname(entry);
  if (name == nullptr) return Malformed("an entry has no name");
  // Links, devices, pipes and folders have no place in a repository.
  if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr ||
      archive_entry_symlink(entry) != nullptr || archive_entry_sparse_count(entry) != 0 ||
      archive_entry_size_is_set(entry) == 0 || archive_entry_size(entry) < 0) {
    return Malformed(absl::StrCat("expected an ordinary file: ",
                                  absl::CHexEscape(absl::string_view(name).substr(0, 128))));
  }
  return EntryHead{name, static_cast<size_t>(archive_entry_size(entry))};
}

absl::StatusOr<std::string> ReadEntry(archive* reader, const EntryHead& head, size_t bytes_max) {
  if (head.length > bytes_max) {
    return MakeError(Reason::kMetadataTooLong,
                     absl::StrCat(head.name, " is longer than ", bytes_max, " bytes"));
  }
  std::string bytes(head.length, '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const la_ssize_t got = archive_read_data(reader, bytes.data() + done, bytes.size() - done);
    if (got <= 0) return Malformed(absl::StrCat("the bundle ends within ", head.name));
    done += static_cast<size_t>(got);
  }
  return bytes;
}

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
};

// The library reads no further than the end mark of the archive; bytes behind it would be carried
// along and shown to nobody.
absl::Status CheckOnlyZerosFrom(const OpenFile& file, int64_t offset) {
  std::string block(kReadBlockBytes, '\0');
  for (size_t zeros = 0; zeros <= kFillBytesMax;) {
    const ssize_t got = pread(file.descriptor(), block.data(), block.size(),
                              static_cast<off_t>(offset + static_cast<int64_t>(zeros)));
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) return absl::OkStatus();
    if (got < 0 ||
        absl::string_view(block.data(), static_cast<size_t>(got)).find_first_not_of('\0') !=
            absl::string_view::npos) {
      break;
    }
    zeros += static_cast<size_t>(got);
  }
  return Malformed("expected nothing behind the end of the archive");
}

}  // namespace

struct BundleWriter::Archive {
  std::string path;
  std::string beside;
  int file = -1;
  std::unique_ptr<archive, FreeWriter> writer;
  Contents contents;

  ~Archive() {
    writer.reset();
    if (file < 0) return;
    close(file);
    unlink(beside.c_str());
  }

  absl::Status Unavailable() const {
    const char* const text = archive_error_string(writer.get());
    return MakeError(Reason::kStoreUnavailable,
                     absl::StrCat(beside, ": ", text == nullptr ? "cannot be written" : text));
  }

  absl::Status Write(absl::string_view name, absl::string_view bytes) {
    // Neither owner nor time: the same files give the same archive wherever it is written.
    const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), std::string(name).c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), kFileMode);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (archive_write_header(writer.get(), entry.get()) != ARCHIVE_OK) return Unavailable();
    while (!bytes.empty()) {
      const la_ssize_t written = archive_write_data(writer.get(), bytes.data(), bytes.size());
      if (written <= 0) return Unavailable();
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return absl::OkStatus();
  }
};

BundleWriter::BundleWriter(std::unique_ptr<Archive> archive) : archive_(std::move(archive)) {}
BundleWriter::~BundleWriter() = default;

absl::StatusOr<std::unique_ptr<BundleWriter>> BundleWriter::Create(const std::string& path) {
  auto archive = std::make_unique<Archive>();
  archive->path = path;
  archive->beside = path + ".new";
  archive->file =
      open(archive->beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode);
  if (archive->file < 0) {
    return MakeError(Reason::kStoreUnavailable,
                     absl::StrCat(archive->beside, ": ", std::strerror(errno)));
  }
  archive->writer.reset(archive_write_new());
  // "Restricted": plain ustar but for names that are too long for it.
  if (archive_write_set_format_pax_restricted(archive->writer.get()) != ARCHIVE_OK ||
      archive_write_open_fd(archive->writer.get(), archive->file) != ARCHIVE_OK) {
    return archive->Unavailable();
  }
  return std::unique_ptr<BundleWriter>(new BundleWriter(std::move(archive)));
}

absl::Status BundleWriter::Add(absl::string_view name, absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const BundleName parsed, ParseBundleName(name));
  if (bytes.size() > parsed.bytes_max) {
    return MakeError(Reason::kMetadataTooLong, absl::StrCat(name, " is longer than allowed"));
  }
  MRG_RETURN_IF_ERROR(archive_->contents.Add(name, bytes));
  return archive_->Write(name, bytes);
}

absl::Status BundleWriter::Finish() {
  MRG_RETURN_IF_ERROR(archive_->Write(kCompleteName, archive_->contents.Finish()));
  if (archive_write_close(archive_->writer.get()) != ARCHIVE_OK) return archive_->Unavailable();
  MRG_RETURN_IF_ERROR(PutInPlace(archive_->file, archive_->beside, archive_->path));
  close(std::exchange(archive_->file, -1));
  return absl::OkStatus();
}

absl::Status ReadBundle(const std::string& path, const TakeBundledFileFn& take) {
  const OpenFile file(path);
  if (file.descriptor() < 0) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  const std::unique_ptr<archive, FreeReader> reader(archive_read_new());
  // One format and no filter: nothing here may unpack a little into a lot.
  if (archive_read_support_format_tar(reader.get()) != ARCHIVE_OK) {
    return MakeError(Reason::kInvariantBroken, "the archive library cannot read tar");
  }
  if (archive_read_open_fd(reader.get(), file.descriptor(), kReadBlockBytes) != ARCHIVE_OK) {
    return Malformed("expected a tar archive");
  }
  Contents contents;
  std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  for (;;) {
    if (archive_read_next_header2(reader.get(), entry.get()) != ARCHIVE_OK) {
      return Malformed("expected a tar archive that ends with the entry \"complete\"");
    }
    MRG_ASSIGN_OR_RETURN(const EntryHead head, HeadOf(entry.get()));
    if (head.name == kCompleteName) {
      MRG_ASSIGN_OR_RETURN(const std::string stated,
                           ReadEntry(reader.get(), head, kCompleteBytesMax));
      if (stated != contents.Finish()) {
        return Malformed("the files are not those that the entry \"complete\" states");
      }
      if (archive_read_next_header2(reader.get(), entry.get()) != ARCHIVE_EOF) {
        return Malformed("expected no entry behind \"complete\"");
      }
      return CheckOnlyZerosFrom(file, archive_filter_bytes(reader.get(), 0));
    }
    MRG_ASSIGN_OR_RETURN(const BundleName name, ParseBundleName(head.name));
    MRG_ASSIGN_OR_RETURN(std::string bytes, ReadEntry(reader.get(), head, name.bytes_max));
    MRG_RETURN_IF_ERROR(contents.Add(head.name, bytes));
    MRG_RETURN_IF_ERROR(take(head.name, std::move(bytes)));
  }
}

}  // namespace mrg
