using MtlStudio.Core.Datasets.Detection;

namespace MtlStudio.Web.Tests.Features.Start;

/// <summary>Small files in a folder of their own.</summary>
internal sealed class SomeFiles : IDisposable
{
    public static readonly string Reviews = "text,label\n" + string.Concat(Enumerable.Range(0, 24).Select(i => $"This is review number {i}.,{(i % 2 == 0 ? "good" : "bad")}\n"));
    public static readonly string Questions = string.Concat(Enumerable.Range(0, 24).Select(i => $"{{\"question\":\"What is {i} and one?\",\"answer\":\"It is {i + 1}, of course.\"}}\n"));

    public string Root { get; } = Directory.CreateTempSubdirectory("mtl-start-").FullName;

    public IReadOnlyList<DatasetGuess> Detect(params (string Name, string Text)[] files) =>
        DatasetDetector.Detect([.. files.Select(file => new DetectFile(Write(file.Name, file.Text), file.Name))], TestContext.Current.CancellationToken).Datasets;

    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        using var writer = new StreamWriter(path);
        writer.Write(text);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
