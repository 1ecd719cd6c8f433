using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Charts;

public sealed class SeriesGroupsTests
{
    [Theory]
    [InlineData("score/unified", "Unified score")]
    [InlineData("loss/validation/qa", "Validation loss: qa")]
    [InlineData("loss/train", "Training loss: all tasks")]
    [InlineData("metric/qa/squad-f1", "Scores: squad-f1: qa")]
    [InlineData("lr", "Learning rate")]
    [InlineData("of-a-plugin", "of-a-plugin")]
    public void NameOf_SaysASeriesInWords(string series, string words) => Assert.Equal(words, SeriesGroups.NameOf(series));
}
