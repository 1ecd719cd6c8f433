using MtlStudio.Core.Library;

namespace MtlStudio.Core.Tests.Library;

public sealed class ReadModelCardTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mtl-card-").FullName;

    [Theory]
    [InlineData("---\nlicense: apache-2.0\ntags: [a]\n---\n# A model\ntext", "apache-2.0", "A model", "# A model\ntext")]
    [InlineData("---\nlicense: \"other\"\nlicense_name: llama3.2\n---\nno heading", "llama3.2", null, "no heading")]
    [InlineData("---\ntags: [a]\n---\n# A model", null, "A model", "# A model")]
    [InlineData("# Only text\nlicense: mit", null, "Only text", "# Only text\nlicense: mit")]
    [InlineData("---\nlicense: mit", "mit", null, "---\nlicense: mit")]
    [InlineData("", null, null, "")]
    public void Card_TellsLicenceTitleAndText(string card, string? licence, string? title, string text)
    {
        File.WriteAllText(Path.Combine(folder, "README.md"), card);
        Assert.Equal((licence, title, text), (ReadModelCard.Licence(folder), ReadModelCard.Title(folder), ReadModelCard.Text(folder)));
    }

    [Fact]
    public void Card_TellsNothing_WhereThereIsNone() =>
        Assert.Equal((null, null, null), (ReadModelCard.Licence(folder), ReadModelCard.Title(folder), ReadModelCard.Text(folder)));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
