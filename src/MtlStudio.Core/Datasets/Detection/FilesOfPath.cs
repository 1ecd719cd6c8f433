using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>The files that a path of this machine stands for.</summary>
public static class FilesOfPath
{
    /// <summary>The file itself; of a folder, its files and those of its folders, without hidden ones, in the order of their names.</summary>
    /// <param name="path">Of a file or a folder.</param>
    /// <param name="field">What faults are told under.</param>
    /// <exception cref="InvalidInputException">There is nothing, it may not be read, or there are more than <see cref="DetectionLimits.Files"/>.</exception>
    public static IReadOnlyList<DetectFile> Find(string path, string field = "path")
    {
        if (File.Exists(path)) return [new DetectFile(path, NameOf(path))];
        if (!Directory.Exists(path)) throw new InvalidInputException(field, $"There is no file or folder {path} on this machine: see to its spelling, and give its full path");
        try
        {
            var files = Visible(path).Concat(Directory.EnumerateDirectories(path).Where(IsVisible).Order(StringComparer.Ordinal).SelectMany(Visible))
                .Take(DetectionLimits.Files + 1).ToList();
            if (files.Count == 0) throw new InvalidInputException(field, $"There is no file in {path}, nor in its folders: give a folder with data files");
            if (files.Count > DetectionLimits.Files)
                throw new InvalidInputException(field, $"{path} holds more than {DetectionLimits.Files} files, the most at a time: give one of its folders");
            return [.. files.Select(file => new DetectFile(file, NameOf(file)))];
        }
        catch (UnauthorizedAccessException)
        {
            throw new InvalidInputException(field, $"{path} cannot be read by the user whom the program runs as: change its rights");
        }
    }

    /// <summary>With the last folder, which often names the dataset.</summary>
    private static string NameOf(string file)
    {
        var folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)));
        return string.IsNullOrEmpty(folder) ? Path.GetFileName(file) : $"{folder}/{Path.GetFileName(file)}";
    }

    private static IEnumerable<string> Visible(string folder) => Directory.EnumerateFiles(folder).Where(IsVisible).Order(StringComparer.Ordinal);

    private static bool IsVisible(string path) => !Path.GetFileName(path).StartsWith('.');
}
