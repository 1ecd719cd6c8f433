using System.Text;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Api;

/// <summary>Reads a RunSpec that may be launched from a request's body, with every fault named by its field. It names data and models by
/// content: a caller has no say in which files of this machine are read.</summary>
internal static class SpecBody
{
    /// <exception cref="InvalidInputException">Not JSON, not a valid spec, or it names what is not there.</exception>
    /// <exception cref="BadHttpRequestException">Another content type, or a body beyond the limit.</exception>
    public static async Task<RunSpec> ReadAsync(HttpRequest request, DataFolder data, CancellationToken cancellation)
    {
        var spec = RunSpecReader.Read(await TextAsync(request, cancellation));
        // It opens the datasets that are named.
        var errors = await Task.Run(() => SpecReferences.Check(spec, data), cancellation);
        return errors.Count > 0 ? throw new InvalidInputException(errors) : spec;
    }

    /// <summary>The body's JSON as text.</summary>
    /// <exception cref="InvalidInputException">It is not UTF-8.</exception>
    /// <exception cref="BadHttpRequestException">Another content type, or a body beyond the limit.</exception>
    public static async Task<string> TextAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType())
            throw new BadHttpRequestException($"A spec is sent as application/json (you gave {request.ContentType ?? "no content type"}).", StatusCodes.Status415UnsupportedMediaType);
        using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return await reader.ReadToEndAsync(cancellation);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidInputException("spec", "The body is not UTF-8: save the spec in that encoding");
        }
    }
}
