using System.Globalization;
using MtlStudio.Core.IO;

namespace MtlStudio.Core.Runs;

/// <summary>How a spec names another run: "run:12" of the same data folder, or a run folder's path.</summary>
public static class ReferenceRun
{
    public const string Prefix = "run:";
    private const string Field = "weighting.reference";

    public static string Of(long run) => Prefix + run.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether it names a run of the studio, and not a path.</summary>
    public static bool IsNumber(string reference) => reference.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The file of training losses of the run that a spec refers to.</summary>
    /// <param name="specFolder">What paths are relative to.</param>
    /// <param name="data">Where the studio's runs are; null: nowhere.</param>
    /// <exception cref="InvalidInputException">No such run, or it has kept no training losses.</exception>
    public static string Losses(string reference, string specFolder, DataFolder? data)
    {
        var folder = Folder(reference, specFolder, data);
        if (!Directory.Exists(folder.Root)) throw new InvalidInputException(Field, $"There is no run at \"{reference}\" (looked for {folder.Root}): name a run that has finished");
        return File.Exists(folder.TrainLosses) ? folder.TrainLosses
            : throw new InvalidInputException(Field, $"\"{reference}\" has kept no training losses: train it to its end with evaluation.trainLosses true");
    }

    private static RunFolder Folder(string reference, string specFolder, DataFolder? data)
    {
        if (!IsNumber(reference)) return new(Path.GetFullPath(reference, specFolder));
        if (!long.TryParse(reference[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var run) || run < 1)
            throw new InvalidInputException(Field, $"\"{reference}\" names no run: write run: and its number, as run:12, or a run folder's path");
        return (data ?? throw new InvalidInputException(Field, $"\"{reference}\" is a run of a studio: name the data folder it lies in (--data DIR)")).Run(run);
    }
}
