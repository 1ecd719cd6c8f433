using System.IO.Compression;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Library;

/// <summary>
/// A checkpoint folder as one zip, as the studio's own exports and most downloads come. Only the files beside its config.json
/// are taken, each under its own name: no path of the archive is ever a path here.
/// </summary>
public static class ModelArchive
{
    public const string Extension = ".zip";

    private const int MostEntries = 10_000;
    // Weights hardly shrink. What grows a hundredfold beyond this size is made to fill a disk.
    private const long FreeBytes = 256L << 20;
    private const int MostGrowth = 100;
    private const int LinkType = 0xA000, TypeMask = 0xF000;

    public static bool Is(string name) => name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Unpacks the model's files flat into <paramref name="folder"/>, which stands, and checks each by its checksum.</summary>
    /// <param name="zip">Where the archive lies.</param>
    /// <param name="folder">Takes the files.</param>
    /// <param name="name">What messages call the archive.</param>
    /// <param name="limit">Most bytes of all files together, unpacked.</param>
    /// <param name="cancellation">Ends it between blocks.</param>
    /// <exception cref="InvalidInputException">It is no zip, is damaged or too large, leads out of its folder, or holds no model or several.</exception>
    public static void Unpack(string zip, string folder, string name, long limit = long.MaxValue, CancellationToken cancellation = default)
    {
        try
        {
            using var archive = ZipFile.OpenRead(zip);
            if (archive.Entries.Count > MostEntries) throw Fault(name, $"it holds {archive.Entries.Count:#,0} entries and may hold {MostEntries:#,0}: zip the model's own folder alone");
            var files = FilesOfModel(archive, name);
            CheckSizes(files, new FileInfo(zip).Length, limit, name);
            foreach (var entry in files) Extract(entry, Path.Combine(folder, entry.Name), name, cancellation);
        }
        catch (InvalidDataException fault)
        {
            throw Fault(name, $"it cannot be read as a zip ({fault.Message.TrimEnd('.')}): make it anew, or send the folder's files");
        }
    }

    private static List<ZipArchiveEntry> FilesOfModel(ZipArchive archive, string name)
    {
        var files = new List<(string[] Parts, ZipArchiveEntry Entry)>();
        foreach (var entry in archive.Entries)
        {
            var parts = entry.FullName.Split('/', '\\');
            if (parts.Contains("..") || parts[0].Length == 0 || parts[0].EndsWith(':')) throw Fault(name, $"its entry \"{entry.FullName}\" leads out of the folder: zip the model's own folder");
            if ((entry.ExternalAttributes >> 16 & TypeMask) == LinkType) throw Fault(name, $"its entry \"{entry.FullName}\" is a link: zip the files themselves (zip -r without -y)");
            if (parts[^1].Length > 0 && !parts.Any(part => part.StartsWith('.') || part == "__MACOSX")) files.Add((parts, entry));
        }
        var configs = files.Where(file => file.Parts[^1] == "config.json").ToList();
        if (configs.Count == 0) throw Fault(name, "it holds no config.json: zip a folder in Hugging Face layout (config.json, *.safetensors, tokenizer)");
        var depth = configs.Min(file => file.Parts.Length);
        var roots = configs.Where(file => file.Parts.Length == depth).Select(file => string.Join('/', file.Parts[..^1])).Distinct().ToList();
        if (roots.Count > 1) throw Fault(name, $"it holds {roots.Count} models ({string.Join(", ", roots)}): send one at a time");
        var taken = files.Where(file => file.Parts.Length == depth && string.Join('/', file.Parts[..^1]) == roots[0] && ModelImporter.IsWanted(file.Parts[^1])).ToList();
        if (taken.GroupBy(file => file.Parts[^1]).FirstOrDefault(same => same.Count() > 1) is { } twice) throw Fault(name, $"it holds {twice.Key} twice: make it anew");
        return [.. taken.Select(file => file.Entry)];
    }

    private static void CheckSizes(List<ZipArchiveEntry> files, long packed, long limit, string name)
    {
        long bytes = 0;
        foreach (var entry in files)
        {
            if (entry.IsEncrypted) throw Fault(name, $"{entry.Name} in it is encrypted: zip it without a password");
            if (entry.Length > limit - bytes) throw Fault(name, $"its files take more than {limit:#,0} bytes unpacked, which are the most: import the folder with mtl import on the studio's machine");
            bytes += entry.Length;
        }
        if (bytes > FreeBytes && bytes / MostGrowth > packed) throw Fault(name, $"{packed:#,0} bytes would become {bytes:#,0}: no model's weights shrink so far; zip the model's own folder");
    }

    // Beyond what the entry's own header promises nothing is written.
    private static void Extract(ZipArchiveEntry entry, string path, string name, CancellationToken cancellation)
    {
        using var source = entry.Open();
        using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        var (buffer, crc, left) = (new byte[1 << 18], new Crc32(), entry.Length);
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            if ((left -= read) < 0) break;
            crc.Append(buffer.AsSpan(0, read));
            target.Write(buffer, 0, read);
        }
        if (left != 0 || crc.Value != entry.Crc32) throw Fault(name, $"{entry.Name} in it is damaged (its checksum differs): make the zip anew");
    }

    private static InvalidInputException Fault(string name, string message) => new(name, message);
}
