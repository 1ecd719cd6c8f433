using System.Globalization;
using System.Text.Json;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Staging;

/// <summary>
/// Keeps sent files in the data folder's uploads until they are imported or thrown away: a folder an upload, a file and its
/// name each. They outlive a restart of the studio, and go a day after they were last looked at.
/// </summary>
public sealed class StagedUploads(DataFolder data, TimeProvider clock)
{
    /// <summary>So long an upload that nobody looks at is kept.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(1);
    private const string Prefix = "staged-";

    private readonly Lock turn = new();

    public StagedUpload Create()
    {
        Sweep();
        var id = Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(FolderOf(id));
        return new(id, []);
    }

    /// <exception cref="StagedUploadNotFoundException"/>
    public StagedUpload Get(string id)
    {
        lock (turn)
        {
            var folder = Existing(id);
            Directory.SetLastWriteTimeUtc(folder, clock.GetUtcNow().UtcDateTime);
            var files = Directory.EnumerateFiles(folder, "*.json").Select(path => JsonSerializer.Deserialize<StagedFile>(File.ReadAllText(path), WireJson.Compact)!);
            return new(id, [.. files.OrderBy(file => file.Number)]);
        }
    }

    /// <summary>Takes one file in, streamed. A name that stands is taken anew.</summary>
    /// <param name="name">May have folders; the last of them stays as part of the name.</param>
    /// <exception cref="InvalidInputException">It is no file name, or there are too many files.</exception>
    /// <exception cref="StagedUploadNotFoundException">There is no such upload, or it was thrown away meanwhile.</exception>
    public async Task<StagedFile> AddAsync(string id, string name, Stream body, CancellationToken cancellation)
    {
        var clean = (UploadName.Read(name) ?? throw new InvalidInputException("name", $"\"{name}\" is no file name: give the file's own name")).ToString();
        var upload = Get(id);
        if (upload.Files.All(file => file.Name != clean) && upload.Files.Count >= DetectionLimits.Files)
            throw new InvalidInputException("name", $"{DetectionLimits.Files} files are the most at a time: start with these, or drop some of them");
        var folder = FolderOf(id);
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}");
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
                await body.CopyToAsync(file, 1 << 16, cancellation);
            return Publish(id, clean, temporary);
        }
        catch (DirectoryNotFoundException)
        {
            throw new StagedUploadNotFoundException(id);
        }
        finally
        {
            if (Directory.Exists(folder)) File.Delete(temporary);
        }
    }

    /// <summary>Throws one file away.</summary>
    /// <exception cref="StagedUploadNotFoundException"/>
    public void Remove(string id, int number)
    {
        lock (turn)
        {
            var folder = Existing(id);
            File.Delete(DescriptionOf(folder, number));
            File.Delete(Numbered(folder, number));
        }
    }

    /// <summary>Throws the upload away; one that is gone stays gone.</summary>
    public void Remove(string id)
    {
        // Out of the way at once: a file that is being sent finds no folder, where it would else find half of one.
        var gone = $"{FolderOf(id)}.{Guid.NewGuid():N}";
        lock (turn)
        {
            if (!IsId(id) || !Directory.Exists(FolderOf(id))) return;
            Directory.Move(FolderOf(id), gone);
        }
        Directory.Delete(gone, recursive: true);
    }

    /// <summary>Where a file lies.</summary>
    public string PathOf(string id, int number) => Numbered(Existing(id), number);

    /// <summary>The folder of an upload that is not to be swept.</summary>
    public bool IsKept(string folder) =>
        Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal) && Directory.GetLastWriteTimeUtc(folder) > clock.GetUtcNow().UtcDateTime - KeepFor;

    private void Sweep()
    {
        if (!Directory.Exists(data.Uploads)) return;
        foreach (var folder in Directory.EnumerateDirectories(data.Uploads, Prefix + "*"))
            if (!IsKept(folder)) Directory.Delete(folder, recursive: true);
    }

    private StagedFile Publish(string id, string name, string temporary)
    {
        lock (turn)
        {
            var folder = FolderOf(id);
            var files = Get(id).Files;
            var number = files.FirstOrDefault(file => file.Name == name)?.Number ?? (files.Count == 0 ? 0 : files.Max(file => file.Number) + 1);
            var staged = new StagedFile(number, name, new FileInfo(temporary).Length);
            File.Move(temporary, Numbered(folder, number), overwrite: true);
            AtomicFile.WriteText(DescriptionOf(folder, number), JsonSerializer.Serialize(staged, WireJson.Compact));
            return staged;
        }
    }

    private string Existing(string id) => IsId(id) && Directory.Exists(FolderOf(id)) ? FolderOf(id) : throw new StagedUploadNotFoundException(id);

    // What is no id leads nowhere.
    private static bool IsId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);

    private string FolderOf(string id) => Path.Combine(data.Uploads, Prefix + id);

    private static string Numbered(string folder, int number) => Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));

    private static string DescriptionOf(string folder, int number) => Numbered(folder, number) + ".json";
}
