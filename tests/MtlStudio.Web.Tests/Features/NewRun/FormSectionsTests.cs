using MtlStudio.Core.Catalog;
using MtlStudio.Web.Features.NewRun;

namespace MtlStudio.Web.Tests.Features.NewRun;

public sealed class FormSectionsTests
{
    [Fact]
    public void EveryField_HasOneSection_ButWhatIsTheStudiosOwn()
    {
        foreach (var field in SpecFields.All.Where(field => field.Name is not ("version" or "name") && field.Section != "Baseline"))
            Assert.Single(FormSections.All, section => section.Owns(field.Name));
        var drawn = FormSections.All.SelectMany(section => section.Shown.Concat(section.More)).Select(field => field.Name).ToList();
        Assert.Equal(drawn.Distinct(), drawn);
        Assert.Equal(SpecFields.All.Count(field => FormSections.IsInForm(field) && !field.Name.StartsWith("tasks[]", StringComparison.Ordinal)), drawn.Count);
    }

    [Theory]
    [InlineData("tasks[3].template.prompt", "tasks")]
    [InlineData("peft.options.rank", "tuning")]
    [InlineData("seed", "device")]
    public void OwnerOf_FindsTheSectionOfAFault(string path, string section) => Assert.Equal(section, FormSections.OwnerOf(path)!.Key);

    [Fact]
    public void OwnerOf_IsNone_WhenTheFaultIsOfTheWhole() => Assert.Null(FormSections.OwnerOf("spec"));
}
