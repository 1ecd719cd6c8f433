using Microsoft.AspNetCore.Http.Metadata;

namespace MtlStudio.Web.Api.Library;

/// <summary>Lets the server read a body beyond its usual limit, in bytes.</summary>
internal sealed record UploadLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
