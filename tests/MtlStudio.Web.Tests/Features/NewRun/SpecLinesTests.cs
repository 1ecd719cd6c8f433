using MtlStudio.Web.Features.NewRun;

namespace MtlStudio.Web.Tests.Features.NewRun;

public sealed class SpecLinesTests
{
    private const string Text = """
        {
          "name": "é",
          "tasks": [
            { "name": "qa",
              "data": { "train": "x" }
            },
            {
              "share": 2
            }
          ],
          "training": {
            "steps": 3
          }
        }
        """;

    [Theory]
    [InlineData("name", 2)]
    [InlineData("tasks", 3)]
    [InlineData("tasks[0]", 4)]
    [InlineData("tasks[0].name", 4)]
    [InlineData("tasks[0].data.train", 5)]
    [InlineData("tasks[1].share", 8)]
    [InlineData("training.steps", 12)]
    [InlineData("tasks[1].template.answer", 7)]
    [InlineData("training.microBatch", 11)]
    public void Find_GivesTheLineOfTheFieldOrOfWhatHoldsIt(string path, int line) => Assert.Equal(line, SpecLines.Find(SpecLines.Of(Text), path));

    [Fact]
    public void Of_GivesWhatStandsBeforeTheFault_WhenTheTextIsBroken()
    {
        var lines = SpecLines.Of("{\n\"a\": 1,\n\"b\": [1, 2],\n\"c\": }");
        Assert.Equal([("a", 2), ("b", 3), ("b[0]", 3), ("b[1]", 3), ("c", 4)], lines.Select(pair => (pair.Key, pair.Value)));
        Assert.Null(SpecLines.Find(lines, "d"));
    }
}
