using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MtlStudio.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Judgement : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "example_scores",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    split = table.Column<string>(type: "TEXT", nullable: false),
                    task = table.Column<string>(type: "TEXT", nullable: false),
                    examples = table.Column<int>(type: "INTEGER", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_example_scores", x => x.id);
                    table.ForeignKey(
                        name: "fk_example_scores_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_delta",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    task = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    reference_run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    metric = table.Column<string>(type: "TEXT", nullable: false),
                    higher_is_better = table.Column<bool>(type: "INTEGER", nullable: false),
                    split = table.Column<string>(type: "TEXT", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    examples = table.Column<int>(type: "INTEGER", nullable: false),
                    seeds = table.Column<int>(type: "INTEGER", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: false),
                    reference_value = table.Column<double>(type: "REAL", nullable: false),
                    delta = table.Column<double>(type: "REAL", nullable: false),
                    low = table.Column<double>(type: "REAL", nullable: false),
                    high = table.Column<double>(type: "REAL", nullable: false),
                    p = table.Column<double>(type: "REAL", nullable: false),
                    verdict = table.Column<string>(type: "TEXT", nullable: false),
                    computed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_delta", x => new { x.run_id, x.task, x.reference });
                    table.ForeignKey(
                        name: "fk_run_delta_run_reference_run_id",
                        column: x => x.reference_run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_run_delta_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_example_scores_run_id_task_split_step",
                table: "example_scores",
                columns: new[] { "run_id", "task", "split", "step" });

            migrationBuilder.CreateIndex(
                name: "ix_run_delta_reference_run_id",
                table: "run_delta",
                column: "reference_run_id");

            migrationBuilder.CreateIndex(
                name: "ix_run_delta_reference_task_verdict",
                table: "run_delta",
                columns: new[] { "reference", "task", "verdict" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "example_scores");

            migrationBuilder.DropTable(
                name: "run_delta");
        }
    }
}
