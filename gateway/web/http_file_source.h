#ifndef MRG_GATEWAY_WEB_HTTP_FILE_SOURCE_H_
#define MRG_GATEWAY_WEB_HTTP_FILE_SOURCE_H_

// Files of a static mirror over HTTP or HTTPS.

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "trustlist/client/file_source.h"

namespace mrg {

// How long a call may take. A mirror that is slow but steady is waited for.
struct HttpBounds {
  // Without a byte, also before the first one and while the connection is made.
  absl::Duration silence_max = absl::Seconds(30);
  // The whole call: silence_max, and a second for so many of the bytes that may come.
  double bytes_per_s_min = 512;
};

// One connection, kept between calls. Threads: as FileSource.
class HttpFileSource : public FileSource {
 public:
  // `base_url`: http:// or https://, with or without a slash at its end. No redirect is followed,
  // so that a mirror cannot send the client elsewhere. A call beyond `bounds` fails, and so does an
  // answer in another coding than the file itself (Content-Encoding).
  explicit HttpFileSource(std::string base_url, HttpBounds bounds = {});
  ~HttpFileSource() override;

  absl::StatusOr<std::string> Fetch(absl::string_view path, size_t bytes_max) override;

 private:
  struct Connection;

  const std::string base_url_;  // ends in a slash
  const HttpBounds bounds_;
  const std::unique_ptr<Connection> connection_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_HTTP_FILE_SOURCE_H_
