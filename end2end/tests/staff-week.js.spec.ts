// What moves in the week's table: it follows what happens and leaves the hand where it is; arrow keys go
// from cell to cell; a name can be dragged.
import { WORKED, becomeVolunteer, expect, test } from "./volunteer-house.ts";
import { ownWeek, signInAsStaff } from "./house.ts";

const newName = () => String.fromCharCode(...[0, 1].map(() => 0x4e00 + Math.floor(Math.random() * 20_000)));

test("the week follows, answers to keys, and lets names be dragged", async ({ page, browser }) => {
  const [one, other] = [newName(), newName()];
  const home = await (await browser.newContext()).newPage();
  const { desk, mine: first } = await becomeVolunteer(home, browser, one);
  const away = await (await browser.newContext()).newPage();
  const { mine: second } = await becomeVolunteer(away, browser, other);
  const week = ownWeek();
  const day = (nth: number) => week[nth];
  const titles = ["门口引导", "前台接待", "书架整理"].map((title) => `${title} ${Math.floor(Math.random() * 1_000_000)}`);
  const shifts: string[] = [];
  for (const [nth, title] of titles.entries()) {
    const shift = await desk.post(`/api/v1/centers/${WORKED}/shifts`, {
      title, starts_at: `${day(nth + 1)}T09:00:00+08:00`, ends_at: `${day(nth + 1)}T11:00:00+08:00`, volunteers_max: 1,
    });
    shifts.push(shift.id);
  }
  const assign = (nth: number, person: string) =>
    desk.post(`/api/v1/shifts/${shifts[nth]}/assignments`, { person_id: person });
  await assign(0, first.person_id);
  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/centers/${WORKED}/roster?week=${day(0)}`);
  await expect(page.locator(".live-state")).toHaveAttribute("data-state", "live");
  const rows = titles.map((title) => page.locator("tr", { hasText: title }));

  // Somebody else changes the week: it shows, and what is being typed stays, with the focus in it.
  const field = rows[1].locator("form.gap:has(input[value=volunteer]) input[name=who]");
  await field.focus();
  await page.keyboard.type("li");
  await assign(2, second.person_id);
  await expect(rows[2]).toContainText(other);
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("li");
  await page.keyboard.type("m");
  await expect(field).toHaveValue("lim");
  await field.fill("");

  // Up and down within the column, left and right within the row.
  const chip = (nth: number, name: string) => rows[nth].locator("a.seat", { hasText: name });
  await page.keyboard.press("ArrowUp");
  await expect(chip(0, one)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(chip(2, other)).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(rows[2].locator(":focus")).toHaveCount(1);
  await expect(chip(2, other)).not.toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(chip(2, other)).toBeFocused();
  // Enter picks up, Escape puts back.
  await page.keyboard.press("Enter");
  await expect(rows[2].locator(".seat[data-up]")).toBeVisible();
  // The page that shows it has to answer to keys before one is pressed.
  await expect(page.locator(".live-state")).toHaveAttribute("data-state", "live");
  await page.keyboard.press("Escape");
  await expect(rows[2].locator(".seat[data-up]")).toHaveCount(0);
  await expect(page.locator(".live-state")).toHaveAttribute("data-state", "live");

  // Carried over the table, the rows that take them light up; those that do not say why, and take nothing.
  const middle = async (of: ReturnType<typeof chip>) => {
    const box = (await of.boundingBox())!;
    return [box.x + box.width / 2, box.y + box.height / 2] as const;
  };
  await page.mouse.move(...(await middle(chip(0, one))));
  await page.mouse.down();
  await page.mouse.move(...(await middle(rows[2])), { steps: 5 });
  await expect(rows[1]).toHaveAttribute("data-drop", "yes");
  await expect(rows[2]).toHaveAttribute("data-drop", "no");
  expect(await rows[2].getAttribute("title")).toBeTruthy();
  await page.mouse.up();
  await expect(rows[1]).not.toHaveAttribute("data-drop", /./);
  await expect(chip(0, one)).toBeVisible();
  await page.mouse.move(...(await middle(chip(0, one))));
  await page.mouse.down();
  await page.mouse.move(...(await middle(rows[2])), { steps: 3 });
  await expect(rows[1]).toHaveAttribute("data-drop", "yes");
  await page.mouse.move(...(await middle(rows[1])), { steps: 5 });
  await page.mouse.up();
  await expect(page.locator(".notice")).toContainText(one);
  await expect(chip(1, one)).toBeVisible();
  // As every move, it can be undone.
  await page.locator(".notice button").click();
  await expect(chip(0, one)).toBeVisible();
  await home.context().close();
  await away.context().close();
});
