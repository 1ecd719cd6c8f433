using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Api.Runs;

/// <param name="Path">Relative to the run's folder, with '/'.</param>
internal sealed record RunFile(string Path, string FullPath, long Bytes, DateTimeOffset ModifiedAt);

/// <summary>What lies in a run's folder for others to read. Links and what is still being written are no part of it.</summary>
internal static class RunFiles
{
    private static readonly EnumerationOptions Plain = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    public static IReadOnlyList<RunFile> List(RunFolder run)
    {
        if (!Directory.Exists(run.Root)) return [];
        return
        [
            .. new DirectoryInfo(run.Root).EnumerateFiles("*", Plain).Select(file => Describe(run, file)).OfType<RunFile>()
                .Where(file => !IsUnfinished(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal),
        ];
    }

    /// <summary>The file of that relative path, or null: only what the list names can be had, so no path leads out of the folder.</summary>
    public static RunFile? Find(RunFolder run, string path) => List(run).FirstOrDefault(file => file.Path == path);

    private static RunFile? Describe(RunFolder run, FileInfo file)
    {
        try
        {
            return new RunFile(Path.GetRelativePath(run.Root, file.FullName).Replace('\\', '/'), file.FullName, file.Length, file.LastWriteTimeUtc);
        }
        catch (FileNotFoundException)
        {
            return null; // a checkpoint that went meanwhile
        }
    }

    private static bool IsUnfinished(string path) => path == "lock" || path.Split('/').Any(part => part.EndsWith(".tmp", StringComparison.Ordinal) || part.StartsWith('.'));
}
