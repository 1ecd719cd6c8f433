using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Staging;

namespace MtlStudio.Web.Api.Library;

/// <summary>A file that was sent.</summary>
/// <param name="Field">The form field it came in.</param>
/// <param name="Name">Its own name, without any folder.</param>
/// <param name="Path">Where it lies now.</param>
/// <param name="Folder">The last folder of the name that was sent, or empty: it may name a dataset, and is never part of a path.</param>
internal sealed record UploadedFile(string Field, string Name, string Path, string Folder = "");

/// <summary>Streams multipart forms to the data folder's uploads: memory is independent of the files' size.</summary>
internal sealed class UploadReader(DataFolder data, StagedUploads staged)
{
    private const int MaxFiles = 1000;
    private const int MaxFieldLength = 1 << 20;

    /// <summary>Reads the whole form. Dispose the result: its files go with it.</summary>
    /// <exception cref="InvalidInputException">No form, no file, or a name that is none.</exception>
    public async Task<Upload> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
            throw new BadHttpRequestException($"Files are sent as multipart/form-data (you gave {request.ContentType ?? "no content type"}).", StatusCodes.Status415UnsupportedMediaType);
        Directory.CreateDirectory(data.Uploads);
        var upload = new Upload(Directory.CreateDirectory(Path.Combine(data.Uploads, Guid.NewGuid().ToString("N"))).FullName);
        try
        {
            await FillAsync(upload, new MultipartReader(boundary, request.Body), cancellation);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    /// <summary>Removes what uploads left that were cut off by the studio's end.</summary>
    public void RemoveLeftovers()
    {
        if (!Directory.Exists(data.Uploads)) return;
        foreach (var folder in Directory.EnumerateDirectories(data.Uploads).Where(folder => !staged.IsKept(folder))) Directory.Delete(folder, recursive: true);
    }

    private static async Task FillAsync(Upload upload, MultipartReader reader, CancellationToken cancellation)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
                var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (disposition.IsFileDisposition()) await SaveAsync(upload, field, GivenName(disposition), section.Body, cancellation);
                else upload.Values[field] = await TextAsync(field, section.Body, cancellation);
            }
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidInputException("body", $"The form cannot be read: {fault.Message}");
        }
        catch (IOException fault) when (fault.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal))
        {
            throw new InvalidInputException("body", "The form ends before its last boundary: send it whole");
        }
        if (upload.Files.Count == 0) throw new InvalidInputException("file", "There is no file in the form: send at least one");
    }

    private static async Task SaveAsync(Upload upload, string field, string given, Stream body, CancellationToken cancellation)
    {
        if (upload.Files.Count == MaxFiles) throw new InvalidInputException(field, $"A form holds at most {MaxFiles} files");
        var (folder, name) = UploadName.Read(given) ?? throw new InvalidInputException("file", $"\"{given}\" is no file name");
        // Under a number: two files may have one name, and a sent name is never a path here.
        var path = Path.Combine(upload.Folder, upload.Files.Count.ToString());
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            await body.CopyToAsync(file, 1 << 16, cancellation);
        upload.Files.Add(new(field, name, path, folder));
    }

    private static async Task<string> TextAsync(string field, Stream body, CancellationToken cancellation)
    {
        using var reader = new StreamReader(body);
        var buffer = new char[MaxFieldLength + 1];
        var length = await reader.ReadBlockAsync(buffer, cancellation);
        return length <= MaxFieldLength ? new(buffer, 0, length)
            : throw new InvalidInputException(field, $"The field has over {MaxFieldLength:#,0} characters: send it as a file");
    }

    private static string GivenName(ContentDispositionHeaderValue disposition) =>
        HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";
}

/// <summary>What a form held. Its files are gone when it is disposed.</summary>
internal sealed class Upload(string folder) : IDisposable
{
    public string Folder { get; } = folder;
    public List<UploadedFile> Files { get; } = [];
    public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    public void Dispose()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
