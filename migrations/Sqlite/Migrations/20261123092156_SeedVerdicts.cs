using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MtlStudio.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class SeedVerdicts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "seed_delta",
                columns: table => new
                {
                    group_hash = table.Column<string>(type: "TEXT", nullable: false),
                    task = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    runs = table.Column<string>(type: "TEXT", nullable: false),
                    last_seed = table.Column<long>(type: "INTEGER", nullable: false),
                    metric = table.Column<string>(type: "TEXT", nullable: false),
                    higher_is_better = table.Column<bool>(type: "INTEGER", nullable: false),
                    split = table.Column<string>(type: "TEXT", nullable: false),
                    examples = table.Column<int>(type: "INTEGER", nullable: false),
                    seeds = table.Column<int>(type: "INTEGER", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: false),
                    reference_value = table.Column<double>(type: "REAL", nullable: false),
                    delta = table.Column<double>(type: "REAL", nullable: false),
                    low = table.Column<double>(type: "REAL", nullable: false),
                    high = table.Column<double>(type: "REAL", nullable: false),
                    p = table.Column<double>(type: "REAL", nullable: false),
                    verdict = table.Column<string>(type: "TEXT", nullable: false),
                    transfer = table.Column<string>(type: "TEXT", nullable: false),
                    computed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_seed_delta", x => new { x.group_hash, x.task, x.reference });
                });

            migrationBuilder.CreateTable(
                name: "seed_member",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    group_hash = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_seed_member", x => x.run_id);
                    table.ForeignKey(
                        name: "fk_seed_member_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_seed_member_group_hash",
                table: "seed_member",
                column: "group_hash");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "seed_delta");

            migrationBuilder.DropTable(
                name: "seed_member");
        }
    }
}
