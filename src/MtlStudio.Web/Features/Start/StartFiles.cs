using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Staging;

namespace MtlStudio.Web.Features.Start;

/// <summary>The files that the page is about: sent to the studio, or lying on its machine.</summary>
/// <param name="Key">What they are known by, for the job that makes something of them.</param>
/// <param name="Files">By the number that guesses know them by.</param>
public sealed record StartFiles(string Key, IReadOnlyDictionary<int, DetectFile> Files)
{
    public static StartFiles Of(StagedUpload upload, StagedUploads staged) =>
        new(upload.Id, upload.Files.ToDictionary(file => file.Number, file => new DetectFile(staged.PathOf(upload.Id, file.Number), file.Name)));

    /// <exception cref="InvalidInputException">The path leads nowhere, or to too much.</exception>
    public static StartFiles OfPath(string path)
    {
        if (!Path.IsPathFullyQualified(path)) throw new InvalidInputException("path", $"\"{path}\" is no full path: give the full path of a file or folder on the studio's machine");
        return new($"path:{path}", FilesOfPath.Find(path).Select((file, i) => (file, i)).ToDictionary(pair => pair.i, pair => pair.file));
    }

    /// <summary>Guesses over all files, with their numbers.</summary>
    public IReadOnlyList<DatasetGuess> Detect(CancellationToken cancellation)
    {
        if (Files.Count == 0) return [];
        var numbers = Files.Keys.Order().ToList();
        return [.. DatasetDetector.Detect([.. numbers.Select(number => Files[number])], cancellation).Datasets
            .Select(guess => guess with { Files = [.. guess.Files.Select(file => file with { File = numbers[file.File] })] })];
    }

    /// <summary>The guess for files that are said to be one dataset.</summary>
    /// <param name="labelNames">The list that names its labels, as the guess over all files found it.</param>
    public DatasetGuess DetectOne(IEnumerable<(int File, string? Split)> files, IReadOnlyList<string> labelNames, CancellationToken cancellation) =>
        DatasetDetector.DetectOne([.. files.Select(file => (file.File, Files[file.File], file.Split))], labelNames, cancellation);
}
