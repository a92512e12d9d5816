#ifndef MRG_GATEWAY_WEB_HTTP_FILE_SOURCE_H_
#define MRG_GATEWAY_WEB_HTTP_FILE_SOURCE_H_

// Files of a static mirror over HTTP or HTTPS.

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "trustlist/file_source.h"

namespace mrg {

// One connection, kept between calls. Threads: as FileSource.
class HttpFileSource : public FileSource {
 public:
  // `base_url`: http:// or https://, with or without a slash at its end. No redirect is followed,
  // so that a mirror cannot send the client elsewhere. A call that is slower than `timeout` fails.
  HttpFileSource(std::string base_url, absl::Duration timeout);
  ~HttpFileSource() override;

  absl::StatusOr<std::string> Fetch(absl::string_view path, size_t bytes_max) override;

 private:
  struct Connection;

  const std::string base_url_;  // ends in a slash
  const absl::Duration timeout_;
  const std::unique_ptr<Connection> connection_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_HTTP_FILE_SOURCE_H_
