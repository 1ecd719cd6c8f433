using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Library;

/// <summary>Training examples that a task has.</summary>
internal static class TrainingSize
{
    /// <exception cref="InvalidInputException">The dataset is not there.</exception>
    public static int Of(DataRef reference, DataFolder data)
    {
        var folder = DataFolder.Resolve(reference.Dataset ?? "", "data.dataset", data.Root, data, root => root.Datasets);
        return Math.Min(DatasetVersion.ReadManifest(folder).Splits[SplitNames.Train].Rows, reference.Limit ?? int.MaxValue);
    }
}
